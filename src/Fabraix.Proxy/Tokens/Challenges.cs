using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Tokens.Dpop;

namespace Fabraix.Proxy.Tokens;

/// <summary>WWW-Authenticate (RFC 9110 section 11.6.1) of a 401, as the issuers' Dpop has it: RFC 6750 section 3, and RFC 9449 section 7.1.</summary>
internal sealed class Challenges
{
    /// <summary>Which schemes there are, with the algorithms that a proof may have.</summary>
    private const string Dpop = $"DPoP algs=\"{Proof.Algorithms}\"";

    public Challenges(TokenOptions options)
    {
        var bearer = options.Issuers.Count == 0 || options.Issuers.Any(issuer => issuer.Dpop != DpopUse.Require);
        Missing = new Refusal(ProxyError.TokenMissing, "token: no token of a scheme that is accepted")
        {
            Challenge = (bearer, options.AcceptsDpop) switch
            {
                (true, true) => $"Bearer, {Dpop}",
                (false, true) => Dpop,
                _ => ProxyError.TokenMissing.Challenge,
            },
        };
    }

    /// <summary>No token came: no error is named, only what would be accepted.</summary>
    public Refusal Missing { get; }

    /// <summary>The refusal of a token, in the words of the scheme that it came under.</summary>
    public static Refusal Of(Refusal refusal, Credentials? credentials) =>
        credentials is { AreDpop: true } && refusal.Challenge == ProxyError.TokenInvalid.Challenge
            ? refusal with { Challenge = DpopError("invalid_token") }
            : refusal;

    /// <summary>A challenge of the scheme DPoP that names an error.</summary>
    public static string DpopError(string error) => $"DPoP error=\"{error}\", algs=\"{Proof.Algorithms}\"";

    /// <summary>The token is bound, and came under the scheme for tokens that are not (RFC 9449 section 7.2).</summary>
    public static string UnderBearer { get; } = $"{ProxyError.TokenInvalid.Challenge}, {Dpop}";
}
