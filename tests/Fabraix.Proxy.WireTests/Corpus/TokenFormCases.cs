using System.Text;
using Fabraix.TestKit;
using static Fabraix.Proxy.WireTests.Corpus.RawCase;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>What is no compact JWS in canonical base64url (RFC 7515), and lawful tokens in places where none is looked for.</summary>
internal static class TokenFormCases
{
    public static IEnumerable<RawCase> All =>
    [
        .. Places, .. Schemes, .. Shapes,
    ];

    private static IEnumerable<RawCase> Places =>
    [
        Missing("none", (request, _) => request),
        Missing("in a cookie", (request, token) => request.With("Cookie", $"access_token={token}; Authorization=Bearer {token}")),
        Missing("in the body", (request, token) => request.WithBody($$"""{"access_token":"{{token}}"}""")),
        Missing("in X-Auth-Token", (request, token) => request.With("X-Auth-Token", token)),
        Missing("in Proxy-Authorization", (request, token) => request.With("Proxy-Authorization", "Bearer " + token)),
        Missing("in X-Forwarded-Authorization", (request, token) => request.With("X-Forwarded-Authorization", "Bearer " + token)),
        Missing("in x-api-key", (request, token) => request.With("x-api-key", token)),
        Missing("in a WebSocket's protocol", (request, token) => request.With("Sec-WebSocket-Protocol", "bearer, " + token)),
        Refused("token: in the query", 400, "invalid_request_target", c => c.Post("/v1/check?access_token=x").Without("Authorization")),
    ];

    private static IEnumerable<RawCase> Schemes =>
    [
        Missing("empty Authorization", (request, _) => request.With("Authorization", "")),
        Missing("Basic", (request, _) => request.With("Authorization", "Basic dXNlcjpwYXNz")),
        Missing("without a scheme", (request, token) => request.With("Authorization", token)),
        Missing("under the scheme Token", (request, token) => request.With("Authorization", "Token " + token)),
        Missing("under the scheme JWT", (request, token) => request.With("Authorization", "JWT " + token)),
        Missing("a scheme and no token", (request, _) => request.With("Authorization", "Bearer")),
        Missing("with TAB behind the scheme", (request, token) => request.With("Authorization", $"Bearer\t{token}")),
        Missing("with = behind the scheme", (request, token) => request.With("Authorization", $"Bearer={token}")),
        Missing("under DPoP, which no issuer has on", (request, token) => request.With("Authorization", $"DPoP {token}")),
        Missing("with NBSP behind the scheme", (request, token) => request.With("Authorization", $"Bearer\u00a0{token}")),
        Bad("behind two spaces", token => $"Bearer  {token}"),
        Bad("behind space and TAB", token => $"Bearer \t{token}"),
        Bad("behind spaces and NBSP, before NEL", token => $"Bearer  \u00a0{token}\u0085"),
        Bad("twice in one line", token => $"Bearer {token}, Bearer {token}"),
        Bad("with a parameter", token => $"Bearer {token} x=y"),
        Bad("with a comma behind", token => $"Bearer {token},"),
        Bad("in quotes", token => $"Bearer \"{token}\""),
        Bad("under two schemes", token => $"Bearer Bearer {token}"),
    ];

    private static IEnumerable<RawCase> Shapes =>
    [
        Shape("one part", token => token.Split('.')[0]),
        Shape("two parts", token => string.Join('.', token.Split('.')[..2])),
        Shape("four parts", token => token + ".x"),
        Shape("five parts, as a JWE", token => token + ".x.y"),
        Shape("only dots", _ => ".."),
        Shape("an empty header", token => "." + string.Join('.', token.Split('.')[1..])),
        Shape("an empty payload", token => $"{token.Split('.')[0]}..{token.Split('.')[2]}"),
        Shape("an empty signature", token => token[..(token.LastIndexOf('.') + 1)]),
        Shape("a dot behind", token => token + "."),
        Shape("a padded signature", token => token + "=="),
        Shape("a padded header", token => token.Split('.')[0] + "=." + string.Join('.', token.Split('.')[1..])),
        Shape("a signature whose last bits are not zero", NextLetter),
        Shape("a signature with one byte less", token => token[..^2]),
        Shape("a signature with one byte more", token => token + "AA"),
        Shape("another signature of the right length", token => token[..^86] + new string('A', 86)),
        Shape("an illegal letter inside", token => token.Insert(20, "!")),
        Shape("a space inside", token => token.Insert(20, " ")),
        Shape("percent-encoded dots", token => token.Replace(".", "%2E", StringComparison.Ordinal)),
        Shape("over 8 KiB", token => token + new string('A', 8192)),
        Shape("the JSON serialisation", token => $$"""{"protected":"{{token.Split('.')[0]}}","payload":"{{token.Split('.')[1]}}","signature":"{{token.Split('.')[2]}}"}"""),
        Refused("token: over 8 KiB, signed", 401, "token_invalid", c => c.With(draft => draft.Claim("x", new string('a', 6200)))),
        Refused("token: a payload whose last bits are not zero, signed", 401, "token_invalid", c => c.With(draft => Resigned(draft, NextLetter))),
        Refused("token: a padded payload, signed", 401, "token_invalid", c => c.With(draft => Resigned(draft, part => part + "="))),
        Refused("token: a payload with a line end inside, signed", 401, "token_invalid", c => c.With(draft => Resigned(draft, part => part.Insert(8, "%0A")))),
        Refused("token: a payload in plain JSON, signed", 401, "token_invalid", c => c.With(draft => Resigned(draft, _ => """{"sub":"user-1"}"""))),
    ];

    private static RawCase Missing(string name, Func<RequestText, string, RequestText> change) =>
        Refused($"token: {name}", 401, "token_missing", c => change(c.Post().Without("Authorization"), c.Issuer.Mint()));

    private static RawCase Bad(string name, Func<string, string> authorization) =>
        Refused($"token: {name}", 401, "token_invalid", c => c.Post().Instead("Authorization", authorization(c.Issuer.Mint())));

    private static RawCase Shape(string name, Func<string, string> change) =>
        Refused($"token: {name}", 401, "token_invalid", c => c.With(change(c.Issuer.Mint())));

    /// <summary>A last letter that decodes to the same bytes, which canonical base64url forbids (RFC 4648 section 3.5).</summary>
    private static string NextLetter(string part)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return part[..^1] + Alphabet[Alphabet.IndexOf(part[^1], StringComparison.Ordinal) ^ 1];
    }

    /// <summary>Spoils the payload's spelling before the signature is made, so that only the spelling is wrong.</summary>
    private static void Resigned(TokenDraft draft, Func<string, string> spoil) => draft.Finish = token =>
    {
        // Two bytes are left over of the payload's last group, so that its last letter has bits that must be zero.
        var payload = draft.Payload.ToJsonString();
        payload += new string(' ', (5 - (payload.Length % 3)) % 3);
        var signed = $"{token.Split('.')[0]}.{spoil(TestKey.Base64Url(payload))}";
        return $"{signed}.{TestKey.Base64Url(draft.Key.Sign(Encoding.Latin1.GetBytes(signed)))}";
    };
}
