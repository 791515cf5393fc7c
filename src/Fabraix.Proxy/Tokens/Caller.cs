using System.Buffers.Binary;
using System.Globalization;
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
        : base(authenticationType: claims.Scheme)
    {
        (Issuer, Subject, Scopes, Expires, BoundTo, Group) = (issuer, claims.Subject, claims.Scopes, claims.Expires, claims.BoundTo, claims.Group);
        Digest = DigestOf(issuer, Subject);
    }

    /// <summary>The issuer's configured name.</summary>
    public string Issuer { get; }

    /// <summary><c>sub</c>: means something only together with the issuer (RFC 7519 section 4.1.2).</summary>
    public string Subject { get; }

    public IReadOnlyList<string> Scopes { get; }

    /// <summary>When the token dies, in seconds since 1970.</summary>
    public double Expires { get; }

    /// <summary>The key whose possession each request must prove, where the token is bound to one.</summary>
    public Thumbprint? BoundTo { get; }

    /// <summary>What <c>RateLimits:Weights:Claim</c> says of the user, where that is configured and the token has it.</summary>
    public string? Group { get; }

    /// <summary>The user as a number: the first half of the hash that <see cref="Pseudonym"/> begins with.</summary>
    public UInt128 Digest { get; }

    /// <summary>What logs call the user.</summary>
    public string Pseudonym => _pseudonym ??= Hex(Digest);

    public override string ToString() => $"caller {Pseudonym}";

    /// <summary>
    /// What logs call a user: the first 16 hex digits of SHA-256 over issuer name, newline, subject. Support can find a
    /// known user by it; a reader of the log does not learn who it is.
    /// </summary>
    internal static string PseudonymOf(string issuer, string subject) => Hex(DigestOf(issuer, subject));

    private static string Hex(UInt128 digest) => (digest >> 64).ToString("x16", CultureInfo.InvariantCulture);

    private static UInt128 DigestOf(string issuer, string subject) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}")));

    internal static Caller Of(string issuer, TokenClaims verified) => new(issuer, verified);
}
