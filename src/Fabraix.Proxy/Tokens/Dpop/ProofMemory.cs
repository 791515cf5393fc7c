using Fabraix.Proxy.Facts;

namespace Fabraix.Proxy.Tokens.Dpop;

/// <summary>
/// Proofs that were accepted, each until its time is over (RFC 9449 section 11.1). Bounded: a full memory refuses rather than forgets, and no caller may hold
/// more than a share, so that one cannot fill it for all others.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="most">Proofs of all callers.</param>
/// <param name="mostOfOne">Proofs of one caller.</param>
internal sealed class ProofMemory(TimeProvider time, int most = 262_144, int mostOfOne = 262_144 / 8)
{
    private readonly FactMemory _seen = new(most, time);
    private readonly Lock _gate = new();

    // Who holds how many, and when one of them ends: both are no longer than the list of proofs.
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, long> _ends = new();

    /// <summary>Callers who hold a proof.</summary>
    internal int Holders => _held.Count;

    public FactOutcome Note(Proof proof, string caller, DateTimeOffset until)
    {
        lock (_gate)
        {
            Forget();
            var held = _held.GetValueOrDefault(caller);
            if (held >= mostOfOne)
                return FactOutcome.Full;

            var outcome = _seen.TryAdd(Fact.Of("dpop", proof.Thumbprint.Value, proof.Id), value: 0, until);
            if (outcome == FactOutcome.New)
            {
                _held[caller] = held + 1;
                _ends.Enqueue(caller, until.UtcTicks);
            }

            return outcome;
        }
    }

    private void Forget()
    {
        var now = time.GetUtcNow().UtcTicks;
        while (_ends.TryPeek(out var caller, out var end) && end <= now)
        {
            _ends.Dequeue();
            if (--_held[caller] == 0)
                _held.Remove(caller);
        }
    }
}
