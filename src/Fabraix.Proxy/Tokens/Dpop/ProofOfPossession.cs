using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Facts;
using Fabraix.Proxy.Routes;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Tokens.Dpop;

/// <summary>
/// Decides whether who sends a bound token also holds its key (RFC 9449 section 4.3). It is asked after the token was verified, so that strangers have no proofs checked,
/// and inside of the authentication scheme, so that no Caller leaves it without one. Only a proof that stood everything else is noted as used.
/// </summary>
internal sealed class ProofOfPossession(TokenOptions options, ProofMemory memory, TimeProvider time, Nonces? nonces = null)
{
    /// <summary>How long before the request a proof may have been made.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private static readonly Refusal BoundUnderBearer = new(ProxyError.TokenInvalid, "dpop: a bound token under the scheme Bearer") { Challenge = Challenges.UnderBearer };
    private static readonly Refusal UnboundUnderDpop = new(ProxyError.TokenInvalid, "dpop: a token without cnf under the scheme DPoP") { Challenge = Challenges.DpopError("invalid_token") };
    private static readonly Refusal NoProof = Invalid("dpop: no proof");
    private static readonly Refusal OtherMethod = Invalid("dpop: htm is another");
    private static readonly Refusal OtherTarget = Invalid("dpop: htu is another");
    private static readonly Refusal OtherToken = Invalid("dpop: ath is another token's");
    private static readonly Refusal TooOld = Invalid("dpop: iat is more than 60 s ago");
    private static readonly Refusal NotYet = Invalid("dpop: iat lies ahead");
    private static readonly Refusal Signature = Invalid("dpop: signature does not hold");
    private static readonly Refusal Replayed = Invalid("dpop: the proof was used before");
    private static readonly Refusal NoNonce = new(ProxyError.TokenInvalid, "dpop: nonce is missing, old or not ours") { Challenge = Challenges.DpopError("use_dpop_nonce") };
    private static readonly Refusal NoSecret = new(ProxyError.IssuerUnavailable, "dpop: the nonce secret was never read");
    private static readonly Refusal Full = new(ProxyError.Overloaded, "dpop: no room to note the proof");

    /// <summary>Judges the request of a verified token, and gives the answer its nonce.</summary>
    public async ValueTask<Refusal?> JudgeAsync(HttpContext context, Credentials credentials, Caller caller)
    {
        if (JudgeScheme(credentials, caller.BoundTo is not null) is { } refusal)
            return refusal;
        if (caller.BoundTo is not { } boundTo)
            return null;

        if (nonces is not null)
        {
            if (nonces.Current is not { } fresh)
                return NoSecret;
            context.Response.Headers[ProxyHeaders.DpopNonce] = fresh; // RFC 9449 section 8.2: whatever becomes of the request
        }

        var (proof, broken) = JudgeOffline(context, credentials.Token, boundTo);
        if (proof is null)
            return broken;
        if (nonces?.Accepts(proof.Nonce) is false)
            return NoNonce;

        // A second longer than it is accepted, since iat may have a fraction.
        return await memory.NoteAsync(proof, caller.Pseudonym, DateTimeOffset.FromUnixTimeSeconds((long)Math.Ceiling(proof.IssuedAt) + 1) + Longest) switch
        {
            FactOutcome.New => null,
            FactOutcome.Known => Replayed,
            _ => Full,
        };
    }

    /// <summary>RFC 9449 section 7.2: a bound token is never accepted as one that is not.</summary>
    internal static Refusal? JudgeScheme(Credentials credentials, bool isBound) => (isBound, credentials.AreDpop) switch
    {
        (true, false) => BoundUnderBearer,
        (false, true) => UnboundUnderDpop,
        _ => null,
    };

    /// <summary>Everything but nonce and replay, which only the running proxy knows.</summary>
    internal (Proof? Proof, Refusal? Refusal) JudgeOffline(HttpContext context, string token, Thumbprint boundTo)
    {
        var header = context.Request.Headers[ProxyHeaders.Dpop];
        if (header.Count == 0)
            return (null, NoProof);
        var (proof, broken) = Proof.Read(header.ToString(), boundTo);
        if (proof is null)
            return (null, Invalid(broken!));

        // It is checked with once: what the platform holds for it must not wait for the collector.
        using var key = proof.Key;
        return JudgeClaims(context, token, proof) is { } refusal ? (null, refusal)
            : key.Verifies(header.ToString()) ? (proof, null)
            : (null, Signature);
    }

    private Refusal? JudgeClaims(HttpContext context, string token, Proof proof)
    {
        if (!string.Equals(proof.Method, context.Request.Method, StringComparison.Ordinal))
            return OtherMethod;
        if (!PublicTarget.Is(proof.Target, options.Dpop.PublicUrl!, context.Features.GetRequiredFeature<RouteRule>().Path.Value))
            return OtherTarget;
        if (!string.Equals(proof.TokenHash, Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token))), StringComparison.Ordinal))
            return OtherToken;

        var now = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        if (now > proof.IssuedAt + Longest.TotalSeconds)
            return TooOld;
        return proof.IssuedAt > now + options.ClockSkew.TotalSeconds ? NotYet : null;
    }

    private static Refusal Invalid(string rule) => new(ProxyError.TokenInvalid, rule) { Challenge = Challenges.DpopError("invalid_dpop_proof") };
}
