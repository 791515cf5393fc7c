using System.Collections.Frozen;

namespace Fabraix.Proxy.Keys;

/// <summary>All configured keys, by name.</summary>
internal sealed class KeyRing(IEnumerable<KeySlot> slots)
{
    private readonly FrozenDictionary<string, KeySlot> _slots = slots.ToFrozenDictionary(slot => slot.Options.Name, StringComparer.OrdinalIgnoreCase);

    public IReadOnlyCollection<KeySlot> All => _slots.Values;

    public KeySlot this[string name] => _slots[name];
}
