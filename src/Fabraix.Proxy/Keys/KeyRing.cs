using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Keys;

/// <summary>All configured keys, by name, and the search for any of their values.</summary>
internal sealed class KeyRing : IDisposable
{
    private readonly FrozenDictionary<string, KeySlot> _slots;
    private readonly Lock _gate = new();
    private readonly ConditionalWeakTable<KeyVersion, Known> _forgotten = [];
    private Known _known = new(KeySearch.Nothing, [], KeySearch.Nothing);

    public KeyRing(IEnumerable<KeySlot> slots)
    {
        _slots = slots.ToFrozenDictionary(slot => slot.Options.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var slot in _slots.Values)
            slot.Life.Changed += RenewSearch;
        RenewSearch();
    }

    public IReadOnlyCollection<KeySlot> All => _slots.Values;

    /// <summary>Finds any key that the upstream may still accept, in any spelling that a careless program gives it. One that it refused it may accept for something else, or tomorrow.</summary>
    public KeySearch Search => Volatile.Read(ref _known).Search;

    /// <summary>Finds only keys that are or were in use: what requests are searched for. A value that nothing has proven may be any text, such as a host's name, and must not keep requests out.</summary>
    public KeySearch InUse => Volatile.Read(ref _known).InUse;

    public KeySlot this[string name] => _slots[name];

    public KeySlot? Find(string name) => _slots.GetValueOrDefault(name);

    /// <summary>A slot may live on in the ring of another configuration.</summary>
    public void Dispose()
    {
        foreach (var slot in _slots.Values)
            slot.Life.Changed -= RenewSearch;
    }

    /// <summary>The same for the answer to a request, which may hold what that carried though it was replaced meanwhile, proven or not.</summary>
    public KeySearch SearchFor(KeyVersion sent)
    {
        var known = Volatile.Read(ref _known);
        if (known.Values.Contains(sent.Value))
            return known.Search;
        if (!_forgotten.TryGetValue(sent, out var both) || both.Values != known.Values)
            _forgotten.AddOrUpdate(sent, both = known with { Search = KeySearch.For([.. known.Values, sent.Value]) });
        return both.Search;
    }

    private void RenewSearch()
    {
        lock (_gate)
        {
            var versions = _slots.Values.SelectMany(slot => slot.Life.Versions.All).ToList();
            ApiKey[] values = [.. versions.Select(entry => entry.Version.Value)];
            var inUse = versions.Where(entry => entry.State is KeyState.Active or KeyState.Draining).Select(entry => entry.Version.Value);
            Volatile.Write(ref _known, new Known(KeySearch.For(values), values, KeySearch.For(inUse)));
        }
    }

    private sealed record Known(KeySearch Search, ApiKey[] Values, KeySearch InUse);
}
