using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Fabraix.Proxy.Tokens.Dpop;

namespace Fabraix.Proxy.Tokens;

/// <summary>
/// The user of a verified token. Only <see cref="TokenValidator"/> makes one, after the signature held: whoever has a
/// Caller need not ask again.
/// </summary>
internal sealed class Caller : ClaimsIdentity
{
    private string? _pseudonym;

    private Caller(string issuer, TokenClaims claims)
        : base(authenticationType: claims.Scheme) => (Issuer, Subject, Scopes, Expires, BoundTo) = (issuer, claims.Subject, claims.Scopes, claims.Expires, claims.BoundTo);

    /// <summary>The issuer's configured name.</summary>
    public string Issuer { get; }

    /// <summary><c>sub</c>: means something only together with the issuer (RFC 7519 section 4.1.2).</summary>
    public string Subject { get; }

    public IReadOnlyList<string> Scopes { get; }

    /// <summary>When the token dies, in seconds since 1970.</summary>
    public double Expires { get; }

    /// <summary>The key whose possession each request must prove, where the token is bound to one.</summary>
    public Thumbprint? BoundTo { get; }

    /// <summary>What logs call the user.</summary>
    public string Pseudonym => _pseudonym ??= PseudonymOf(Issuer, Subject);

    public override string ToString() => $"caller {Pseudonym}";

    /// <summary>
    /// What logs call a user: the first 16 hex digits of SHA-256 over issuer name, newline, subject. Support can find a
    /// known user by it; a reader of the log does not learn who it is.
    /// </summary>
    internal static string PseudonymOf(string issuer, string subject) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}")), 0, 8);

    internal static Caller Of(string issuer, TokenClaims verified) => new(issuer, verified);
}
