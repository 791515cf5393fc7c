using System.Runtime.CompilerServices;

namespace Fabraix.Proxy.Keys;

/// <summary>
/// The search for any value that the upstream may still accept: of every configuration that answers requests, and of one that is gone for as long as a
/// replaced value is kept. A request that began under one configuration may be answered with the key of another.
/// </summary>
internal sealed class KnownKeys(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<KeySlot, int> _slots = [];
    private readonly List<(KeySlot Slot, DateTimeOffset Until)> _leaving = [];
    private readonly ConditionalWeakTable<KeyVersion, Known> _forgotten = [];
    private Known _known = new(KeySearch.Nothing, [], KeySearch.Nothing);

    /// <summary>Finds any key that the upstream may still accept, in any spelling that a careless program gives it. One that it refused it may accept for something else, or tomorrow.</summary>
    public KeySearch Search => Volatile.Read(ref _known).Search;

    /// <summary>Finds only keys that are or were in use: what requests are searched for. A value that nothing has proven may be any text, such as a host's name, and must not keep requests out.</summary>
    public KeySearch InUse => Volatile.Read(ref _known).InUse;

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

    public void Add(IEnumerable<KeySlot> slots)
    {
        lock (_gate)
        {
            foreach (var slot in slots)
            {
                if (_slots.TryAdd(slot, 1))
                    slot.Life.Changed += Renew;
                else
                    _slots[slot]++;
            }
        }

        Renew();
    }

    /// <summary>What nobody uses any more is known for its <c>FallbackFor</c> still.</summary>
    public void Remove(IEnumerable<KeySlot> slots)
    {
        lock (_gate)
        {
            foreach (var slot in slots)
            {
                if (--_slots[slot] > 0)
                    continue;
                _slots.Remove(slot);
                slot.Life.Changed -= Renew;
                _leaving.Add((slot, time.GetUtcNow() + slot.Options.FallbackFor));
            }
        }

        Renew();
    }

    /// <summary>Lets go of what nobody has used for its <c>FallbackFor</c>.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            if (_leaving.Exists(leaving => leaving.Until <= time.GetUtcNow()))
                Renew();
        }
    }

    private void Renew()
    {
        lock (_gate)
        {
            _leaving.RemoveAll(leaving => leaving.Until <= time.GetUtcNow());
            var versions = _slots.Keys.Concat(_leaving.Select(leaving => leaving.Slot)).SelectMany(slot => slot.Life.Versions.All).ToList();
            ApiKey[] values = [.. versions.Select(entry => entry.Version.Value).Distinct()];
            var inUse = versions.Where(entry => entry.State is KeyState.Active or KeyState.Draining).Select(entry => entry.Version.Value).Distinct();
            Volatile.Write(ref _known, new Known(KeySearch.For(values), values, KeySearch.For(inUse)));
        }
    }

    private sealed record Known(KeySearch Search, ApiKey[] Values, KeySearch InUse);
}
