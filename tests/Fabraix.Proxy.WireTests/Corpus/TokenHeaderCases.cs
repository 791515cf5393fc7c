using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fabraix.TestKit;
using static Fabraix.Proxy.WireTests.Corpus.RawCase;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>Tokens whose header lies about algorithm, key or type (RFC 8725 sections 3.1 to 3.11).</summary>
internal static class TokenHeaderCases
{
    private static readonly string[] None = ["none", "None", "NONE", "nOnE", "nonE", "", "none ", " none", "non\u0000e"];

    private static readonly string[] Types = ["dpop+jwt", "JWE", "logout+jwt", "secevent+jwt", "id+jwt", "application/json", "JWT ", "", "at+jwt; x=y"];

    public static IEnumerable<RawCase> All => [.. Algorithms, .. Keys, .. Extensions];

    private static IEnumerable<RawCase> Algorithms =>
    [
        .. None.Select(alg => Bad($"alg [{Shown(alg)}], unsigned", draft => Unsigned(draft, alg))),
        .. None.Select(alg => Bad($"alg [{Shown(alg)}], signed all the same", draft => draft.Header["alg"] = alg)),
        Bad("no alg", draft => draft.Header.Remove("alg")),
        Bad("alg null", draft => draft.Header["alg"] = null),
        Bad("alg a number", draft => draft.Header["alg"] = 256),
        Bad("alg a list", draft => draft.Header["alg"] = new JsonArray("ES256")),
        Bad("alg in lower case", draft => draft.Header["alg"] = "es256"),
        Bad("alg with a space", draft => draft.Header["alg"] = "ES256 "),
        Bad("HS256 with the public key's PEM", draft => Hmac(draft, "HS256", Encoding.UTF8.GetBytes(draft.Key.PublicPem()))),
        Bad("HS256 with the public JWK's text", draft => Hmac(draft, "HS256", Encoding.UTF8.GetBytes(draft.Key.PublicJwk().ToJsonString()))),
        Bad("HS256 with the public key's DER", draft => Hmac(draft, "HS256", draft.Key.Algorithm.ExportSubjectPublicKeyInfo())),
        Bad("HS256 with an empty secret", draft => Hmac(draft, "HS256", [])),
        Bad("HS512 with the public key's PEM", draft => Hmac(draft, "HS512", Encoding.UTF8.GetBytes(draft.Key.PublicPem()))),
        Bad("RS256 over a key of ES256", draft => draft.Header["alg"] = "RS256"),
        Bad("ES384 over a key of ES256", draft => draft.Header["alg"] = "ES384"),
        Bad("an ES256 signature in DER", draft => draft.Sign = data =>
            ((ECDsa)draft.Key.Algorithm).SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        Bad("an ES256 signature of zeros", draft => draft.Sign = _ => new byte[64]),
        Bad("an ES256 signature of nothing", draft => draft.Sign = _ => []),
    ];

    private static IEnumerable<RawCase> Keys =>
    [
        Bad("no kid", draft => draft.Header.Remove("kid")),
        Bad("kid null", draft => draft.Header["kid"] = null),
        Bad("kid empty", draft => draft.Header["kid"] = ""),
        Bad("kid a number", draft => draft.Header["kid"] = 1),
        Bad("kid a list", draft => draft.Header["kid"] = new JsonArray(draft.Key.Kid)),
        Bad("kid unknown", draft => draft.Header["kid"] = "unknown"),
        Bad("kid in another case", draft => draft.Header["kid"] = draft.Key.Kid.ToUpperInvariant()),
        Bad("kid with a space", draft => draft.Header["kid"] = draft.Key.Kid + " "),
        Bad("kid a path", draft => draft.Header["kid"] = "../../../../dev/null"),
        Bad("kid a URL", draft => draft.Header["kid"] = "http://127.0.0.1/"),
        Bad("kid a query", draft => draft.Header["kid"] = "x' UNION SELECT 'a"),
        Stranger("signed by a stranger under our kid", (_, _) => { }),
        Stranger("signed by a stranger under its own kid", (draft, key) => draft.Header["kid"] = key.Kid),
        Stranger("a stranger's key embedded", (draft, key) => draft.Header["jwk"] = key.PublicJwk()),
        Stranger("a stranger's key embedded, its own kid", (draft, key) => (draft.Header["jwk"], draft.Header["kid"]) = (key.PublicJwk(), key.Kid)),
        Stranger("a stranger's key embedded, no kid", (draft, key) => (draft.Header["jwk"], _) = (key.PublicJwk(), draft.Header.Remove("kid"))),
        Stranger("jku to a stranger", (draft, key) => (draft.Header["jku"], draft.Header["kid"]) = ("https://evil.example/jwks.json", key.Kid)),
        Stranger("x5u to a stranger", (draft, key) => (draft.Header["x5u"], draft.Header["kid"]) = ("https://evil.example/x.pem", key.Kid)),
        Stranger("x5c of a stranger", (draft, _) => draft.Header["x5c"] = new JsonArray(Certificate())),
    ];

    private static IEnumerable<RawCase> Extensions =>
    [
        .. Types.Select(typ => Bad($"typ [{Shown(typ)}]", draft => draft.Header["typ"] = typ)),
        Bad("typ a number", draft => draft.Header["typ"] = 1),
        Bad("typ a list", draft => draft.Header["typ"] = new JsonArray("JWT")),
        Bad("crit with an unknown name", draft => (draft.Header["crit"], draft.Header["x"]) = (new JsonArray("x"), 1)),
        Bad("crit empty", draft => draft.Header["crit"] = new JsonArray()),
        Bad("crit with exp", draft => (draft.Header["crit"], draft.Header["exp"]) = (new JsonArray("exp"), 1)),
        Bad("b64 false", draft => (draft.Header["crit"], draft.Header["b64"]) = (new JsonArray("b64"), false)),
        Bad("b64 true", draft => draft.Header["b64"] = true),
        Bad("enc, as a JWE has it", draft => draft.Header["enc"] = "A256GCM"),
        Bad("zip", draft => draft.Header["zip"] = "DEF"),
        Bad("alg twice", draft => draft.HeaderText = $$"""{"alg":"none","alg":"ES256","typ":"JWT","kid":"{{draft.Key.Kid}}"}"""),
        Bad("kid twice", draft => draft.HeaderText = $$"""{"alg":"ES256","typ":"JWT","kid":"x","kid":"{{draft.Key.Kid}}"}"""),
        Bad("half a surrogate in kid", draft => draft.HeaderText = """{"alg":"ES256","kid":"\ud800"}"""),
        Bad("alg twice, one escaped", draft => draft.HeaderText = $$"""{"alg":"ES256","\u0061lg":"ES256","kid":"{{draft.Key.Kid}}"}"""),
        Bad("garbage behind the header's JSON", draft => draft.HeaderText = draft.Header.ToJsonString() + "x"),
        Bad("a header with a comment", draft => draft.HeaderText = "/* */" + draft.Header.ToJsonString()),
        Bad("a header with a trailing comma", draft => draft.HeaderText = draft.Header.ToJsonString()[..^1] + ",}"),
        Bad("a header that is a list", draft => draft.HeaderText = "[" + draft.Header.ToJsonString() + "]"),
        Bad("a header that is no JSON", draft => draft.HeaderText = "alg=ES256"),
        Bad("an empty header object", draft => draft.HeaderText = "{}"),
        Bad("half a surrogate in a name of the header", draft => draft.HeaderText = draft.Header.ToJsonString().Replace("{", "{\"\\ud800\":1,", StringComparison.Ordinal)),
        Bad("a byte order mark before the header", draft => draft.HeaderText = "\ufeff" + draft.Header.ToJsonString()),
    ];

    private static RawCase Bad(string name, Action<TokenDraft> change) => Refused($"token: {name}", 401, "token_invalid", c => c.With(change));

    private static RawCase Stranger(string name, Action<TokenDraft, TestKey> change) => Bad(name, draft =>
    {
        var key = TestKey.Ec();
        draft.Key = key;
        change(draft, key);
    });

    private static void Unsigned(TokenDraft draft, string alg) => (draft.Header["alg"], draft.Sign) = (alg, _ => []);

    private static void Hmac(TokenDraft draft, string alg, byte[] secret)
    {
        draft.Header["alg"] = alg;
        draft.Sign = data => alg == "HS256" ? HMACSHA256.HashData(secret, data) : HMACSHA512.HashData(secret, data);
    }

    private static string Certificate()
    {
        using var certificate = SelfSigned.Make();
        return Convert.ToBase64String(certificate.RawData);
    }
}
