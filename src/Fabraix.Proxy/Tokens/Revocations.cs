using Fabraix.Proxy.Facts;

namespace Fabraix.Proxy.Tokens;

/// <summary>
/// Tokens that are refused though all else about them is good. Kept in this process until no such token could live any more, and never forgotten
/// early: where there is no room, a revocation is refused. Nobody who signs in and out again and again can take all of it. With a shared Redis what is
/// revoked at one replica is known to all.
/// </summary>
/// <param name="options">How long a token may live.</param>
/// <param name="time">The clock.</param>
/// <param name="facts">What was revoked, whatever the configuration was then.</param>
/// <param name="isShared">Whether the other replicas come to know it.</param>
internal sealed class Revocations(TokenOptions options, TimeProvider time, IKnownFacts facts, bool isShared = false)
{
    /// <summary>Revocations in memory.</summary>
    public int Count => facts.Count;

    /// <summary>Whether any may hold; while nothing was ever revoked this costs one comparison.</summary>
    public bool Any => facts.Any;

    /// <summary>How far a revocation reaches, once <see cref="TellAsync"/> says so.</summary>
    public string Reach => isShared ? "all replicas" : "this replica, until it restarts";

    /// <summary>Whether a token is revoked: itself, by its jti, or with all of its subject's that were issued before.</summary>
    public bool Hold(TokenFacts token, double issuedAt) =>
        facts.TryFind(token.Own, out _) || (facts.TryFind(token.Subject, out var before) && issuedAt * 1000 <= before);

    /// <summary>Revokes a token. Until when that holds, or null where there is no room, or none of its holder's.</summary>
    /// <param name="token">What it is known by.</param>
    /// <param name="holder">Whose it is.</param>
    /// <param name="claims">What it says.</param>
    public DateTimeOffset? RevokeToken(TokenFacts token, string holder, TokenClaims claims)
    {
        // One whose dates lie ahead may live longer than from now on.
        var end = DateTimeOffset.UnixEpoch.AddSeconds(Math.Ceiling(claims.Expires)) + options.ClockSkew;
        var until = Until > end ? Until : end;
        return facts.Add(token.Own, until, holder) != FactOutcome.Full ? until : null;
    }

    public DateTimeOffset? RevokeId(string issuer, string id)
    {
        var until = Until;
        return Note(TokenFacts.IdOf(issuer, id), 0, until) ? until : null;
    }

    /// <summary>Revokes every token of a subject that says it was issued up to now, give or take the clock skew.</summary>
    public DateTimeOffset? RevokeSubject(string issuer, string subject)
    {
        var until = Until;
        return Note(TokenFacts.SubjectOf(issuer, subject), (time.GetUtcNow() + options.ClockSkew).ToUnixTimeMilliseconds(), until) ? until : null;
    }

    /// <summary>Whether whoever shall know what was revoked here can, by now. If not, it holds here, and the others are told as soon as they can be.</summary>
    public ValueTask<bool> TellAsync() => facts.TellAsync();

    /// <summary>When the last token is dead that may be alive now, or be said to have been issued until now.</summary>
    private DateTimeOffset Until => time.GetUtcNow() + options.MaxLifetime + (2 * options.ClockSkew);

    private bool Note(Fact fact, long value, DateTimeOffset until) => facts.Add(fact, value, until) != FactOutcome.Full;

    /// <summary>Makes room for what will be revoked.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="most">Revocations of all.</param>
    /// <param name="mostOfOne">Tokens of one subject; beyond them, revoke the subject.</param>
    /// <param name="shared">Tells the other replicas; none where the store is memory.</param>
    public static IKnownFacts Make(TimeProvider time, int most = 100_000, int mostOfOne = 1000, SharedFacts? shared = null)
    {
        var own = new MemoryFacts(most, mostOfOne, time);
        return shared?.Known("revoked", own, most) ?? own;
    }
}
