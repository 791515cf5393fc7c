using System.Collections.Frozen;

namespace Fabraix.Proxy.Keys;

/// <summary>All keys of one configuration, by name.</summary>
internal sealed class KeyRing : IDisposable
{
    private readonly FrozenDictionary<string, KeySlot> _slots;
    private readonly KnownKeys _known;
    private bool _joined;

    /// <param name="slots">Its keys.</param>
    /// <param name="known">Where they are known beside those of other configurations, once they have joined.</param>
    public KeyRing(IEnumerable<KeySlot> slots, KnownKeys known)
    {
        _slots = slots.ToFrozenDictionary(slot => slot.Options.Name, StringComparer.OrdinalIgnoreCase);
        _known = known;
    }

    /// <summary>Alone.</summary>
    public KeyRing(IEnumerable<KeySlot> slots)
        : this(slots, new KnownKeys(TimeProvider.System)) => Join();

    public IReadOnlyCollection<KeySlot> All => _slots.Values;

    /// <inheritdoc cref="KnownKeys.Search"/>
    public KeySearch Search => _known.Search;

    /// <inheritdoc cref="KnownKeys.InUse"/>
    public KeySearch InUse => _known.InUse;

    public KeySlot this[string name] => _slots[name];

    public KeySlot? Find(string name) => _slots.GetValueOrDefault(name);

    /// <inheritdoc cref="KnownKeys.SearchFor"/>
    public KeySearch SearchFor(KeyVersion sent) => _known.SearchFor(sent);

    /// <summary>Has requests and answers searched for its keys. A configuration that is never taken must not have them searched for what it names by mistake.</summary>
    public void Join()
    {
        _known.Add(_slots.Values);
        _joined = true;
    }

    /// <inheritdoc cref="KnownKeys.Forget"/>
    public void Forget() => _known.Forget();

    /// <summary>A slot may live on in the ring of another configuration.</summary>
    public void Dispose()
    {
        if (_joined)
            _known.Remove(_slots.Values);
    }
}
