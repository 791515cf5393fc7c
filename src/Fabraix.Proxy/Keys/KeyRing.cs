using System.Collections.Frozen;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Keys;

/// <summary>All configured keys, by name, and the search for any of their values.</summary>
internal sealed class KeyRing
{
    private readonly FrozenDictionary<string, KeySlot> _slots;
    private readonly Lock _gate = new();
    private KeySearch _search = KeySearch.Nothing;

    public KeyRing(IEnumerable<KeySlot> slots)
    {
        _slots = slots.ToFrozenDictionary(slot => slot.Options.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var slot in _slots.Values)
            slot.Life.Changed += RenewSearch;
    }

    public IReadOnlyCollection<KeySlot> All => _slots.Values;

    /// <summary>Finds any key that the upstream may still accept, in any spelling that a careless program gives it. One that it refused it may accept for something else, or tomorrow.</summary>
    public KeySearch Search => Volatile.Read(ref _search);

    public KeySlot this[string name] => _slots[name];

    private void RenewSearch()
    {
        lock (_gate)
        {
            var values = _slots.Values.SelectMany(slot => slot.Life.Versions.All).Select(entry => entry.Version.Value);
            Volatile.Write(ref _search, KeySearch.For(values));
        }
    }
}
