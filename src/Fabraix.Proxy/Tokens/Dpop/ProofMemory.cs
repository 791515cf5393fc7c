using Fabraix.Proxy.Facts;

namespace Fabraix.Proxy.Tokens.Dpop;

/// <summary>
/// Proofs that were accepted, each until its time is over (RFC 9449 section 11.1). Bounded: a full memory refuses rather than forgets, and no caller may hold
/// more than a share. A proof is held for 61 seconds, and for <c>ClockSkew</c> more where its iat lies ahead: by default a share lets one caller send 45 a second at all times.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="most">Proofs of all callers.</param>
/// <param name="mostOfOne">Proofs of one caller.</param>
internal sealed class ProofMemory(TimeProvider time, int most = 262_144, int mostOfOne = 4096)
{
    private readonly SharedFacts _seen = new(most, mostOfOne, time);

    /// <summary>Callers who hold a proof.</summary>
    internal int Holders => _seen.Holders;

    public FactOutcome Note(Proof proof, string caller, DateTimeOffset until) =>
        _seen.TryAdd(Fact.Of("dpop", proof.Thumbprint.Value, proof.Id), until, caller);
}
