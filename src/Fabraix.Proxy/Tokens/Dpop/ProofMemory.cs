using Fabraix.Proxy.Facts;

namespace Fabraix.Proxy.Tokens.Dpop;

/// <summary>
/// Proofs that were accepted, each until its time is over (RFC 9449 section 11.1). Bounded: a full memory refuses rather than forgets, and no caller may hold
/// more than a share. A proof is held for 61 seconds, and for <c>ClockSkew</c> more where its iat lies ahead: by default a share lets one caller send 45 a second at all times. With a shared Redis a proof that any replica has seen is known to all.
/// </summary>
internal sealed class ProofMemory
{
    private readonly MemoryFacts _own;
    private readonly ISeenFacts _seen;

    /// <param name="time">The clock.</param>
    /// <param name="most">Proofs of all callers.</param>
    /// <param name="mostOfOne">Proofs of one caller.</param>
    /// <param name="shared">Asks all replicas; none where the store is memory.</param>
    /// <param name="clockSkew">How far their clocks may disagree.</param>
    /// <param name="earlier">What an earlier configuration has accepted.</param>
    public ProofMemory(TimeProvider time, int most = 262_144, int mostOfOne = 4096, SharedFacts? shared = null, TimeSpan clockSkew = default, ProofMemory? earlier = null)
    {
        _own = earlier?._own ?? new MemoryFacts(most, mostOfOne, time);
        _seen = shared?.Seen(_own, clockSkew) ?? _own;
    }

    /// <summary>Callers who hold a proof.</summary>
    internal int Holders => _own.Holders;

    public ValueTask<FactOutcome> NoteAsync(Proof proof, string caller, DateTimeOffset until) =>
        _seen.TryAddAsync(Fact.Of("dpop", proof.Thumbprint.Value, proof.Id), until, caller);
}
