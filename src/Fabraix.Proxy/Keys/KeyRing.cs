using System.Collections.Frozen;

namespace Fabraix.Proxy.Keys;

/// <summary>All keys of one configuration, by name.</summary>
internal sealed class KeyRing : IDisposable
{
    private readonly FrozenDictionary<string, KeySlot> _slots;
    private readonly KnownKeys _known;

    /// <param name="slots">Its keys.</param>
    /// <param name="known">Where they are known beside those of other configurations; by default alone.</param>
    public KeyRing(IEnumerable<KeySlot> slots, KnownKeys? known = null)
    {
        _slots = slots.ToFrozenDictionary(slot => slot.Options.Name, StringComparer.OrdinalIgnoreCase);
        _known = known ?? new KnownKeys(TimeProvider.System);
        _known.Add(_slots.Values);
    }

    public IReadOnlyCollection<KeySlot> All => _slots.Values;

    /// <inheritdoc cref="KnownKeys.Search"/>
    public KeySearch Search => _known.Search;

    /// <inheritdoc cref="KnownKeys.InUse"/>
    public KeySearch InUse => _known.InUse;

    public KeySlot this[string name] => _slots[name];

    public KeySlot? Find(string name) => _slots.GetValueOrDefault(name);

    /// <inheritdoc cref="KnownKeys.SearchFor"/>
    public KeySearch SearchFor(KeyVersion sent) => _known.SearchFor(sent);

    /// <summary>A slot may live on in the ring of another configuration.</summary>
    public void Dispose() => _known.Remove(_slots.Values);
}
