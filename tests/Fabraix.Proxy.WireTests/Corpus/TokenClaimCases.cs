using System.Text.Json.Nodes;
using Fabraix.TestKit;
using static Fabraix.Proxy.WireTests.Corpus.RawCase;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>Well-signed tokens whose claims are missing, of another type, or not for this proxy, this moment or this route.</summary>
internal static class TokenClaimCases
{
    private static readonly string[] Demanded = ["iss", "aud", "sub", "exp", "iat"];

    // TAB, LF and every space of Unicode but U+0020: a reader that splits on them finds a scope that was not granted.
    private static readonly char[] NoSeparator = ['\t', '\n', '\r', '\u000b', '\u000c', '\u0085', '\u00a0', '\u2002', '\u2003', '\u2028', '\u3000', ',', ';', '+'];

    public static IEnumerable<RawCase> All => [.. Types, .. Parties, .. Times, .. Scopes, .. Texts];

    private static IEnumerable<RawCase> Types =>
    [
        .. Demanded.Select(claim => Bad($"no {claim}", draft => draft.Payload.Remove(claim))),
        .. Demanded.Select(claim => Bad($"{claim} null", draft => draft.Claim(claim, null))),
        .. Demanded.Select(claim => Bad($"{claim} true", draft => draft.Claim(claim, true))),
        .. Demanded.Select(claim => Bad($"{claim} an object", draft => draft.Claim(claim, new JsonObject()))),
        .. Demanded.Select(claim => Bad($"{claim} an empty list", draft => draft.Claim(claim, new JsonArray()))),
        Bad("exp a string", draft => draft.Claim("exp", draft.Payload["exp"]!.ToString())),
        Bad("iat a string", draft => draft.Claim("iat", draft.Payload["iat"]!.ToString())),
        Bad("nbf a string", draft => draft.Claim("nbf", draft.Payload["iat"]!.ToString())),
        Bad("nbf null", draft => draft.Claim("nbf", null)),
        Bad("sub a number", draft => draft.Claim("sub", 1)),
        Bad("sub empty", draft => draft.Claim("sub", "")),
        Bad("sub a list", draft => draft.Claim("sub", new JsonArray("user-1"))),
        Bad("iss a list", draft => draft.Claim("iss", new JsonArray("https://login.example/"))),
        Bad("aud a number", draft => draft.Claim("aud", 1)),
        Bad("aud a list with a number beside ours", draft => draft.Claim("aud", new JsonArray("fabraix-proxy", 1))),
        Bad("cnf, with no proof of possession", draft => draft.Claim("cnf", new JsonObject { ["jkt"] = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" })),
        Bad("cnf empty", draft => draft.Claim("cnf", new JsonObject())),
    ];

    private static IEnumerable<RawCase> Parties =>
    [
        .. new[] { "https://login.example", "https://login.example//", "https://LOGIN.example/", "https://evil.example/", "https://login.example/ ", "" }
            .Select(iss => Bad($"iss [{iss}]", draft => draft.Claim("iss", iss))),
        .. new[] { "fabraix-proxy/", "Fabraix-Proxy", "fabraix-proxy ", "fabraix", "other", "", "*", "fabraix-proxy other", "fabraix-proxy,other" }
            .Select(aud => Bad($"aud [{aud}]", draft => draft.Claim("aud", aud))),
        Bad("aud a list of others", draft => draft.Claim("aud", new JsonArray("other", "fabraix-proxy/"))),
    ];

    private static IEnumerable<RawCase> Times =>
    [
        Refused("token: expired", 401, "token_expired", c => c.With(draft => Shift(draft, -3600))),
        Refused("token: expired by more than the skew", 401, "token_expired", c => c.With(draft => Shift(draft, -300 - 40))),
        Bad("expired, and signed by nobody", draft => { Shift(draft, -3600); draft.Sign = _ => new byte[64]; }),
        Bad("expired, and for another audience", draft => Shift(draft.Claim("aud", "other"), -3600)),
        Bad("issued in the future", draft => Shift(draft, 3600)),
        Bad("issued in the future by more than the skew", draft => Shift(draft, 40)),
        Bad("not yet valid", draft => draft.Claim("nbf", Now(draft) + 120)),
        Bad("a lifetime of 16 minutes", draft => draft.Claim("exp", Now(draft) + 960)),
        Bad("a lifetime of ten years", draft => draft.Claim("exp", Now(draft) + 315360000)),
        Bad("a lifetime beyond the clock", draft => draft.PayloadText = Replaced(draft, "exp", "1e300")),
        Bad("exp beyond 64 bits", draft => draft.PayloadText = Replaced(draft, "exp", "99999999999999999999999")),
        Bad("exp negative", draft => draft.Claim("exp", -1)),
        Bad("exp before iat", draft => draft.Claim("exp", Now(draft) - 10)),
        Bad("iat of the year 1970", draft => draft.Claim("iat", 0)),
        Bad("iat negative, exp near", draft => draft.Claim("iat", -1)),
    ];

    private static IEnumerable<RawCase> Scopes =>
    [
        .. NoSeparator.Select(letter => Scope($"[event:write<{(int)letter:x2}>check:write]", draft => draft.Claim("scope", $"event:write{letter}check:write"))),
        Scope("none", draft => draft.Payload.Remove("scope")),
        Scope("empty", draft => draft.Claim("scope", "")),
        Scope("an empty list", draft => draft.Claim("scope", new JsonArray())),
        Scope("of other routes", draft => draft.Claim("scope", "run:write event:write")),
        Scope("in another case", draft => draft.Claim("scope", "Check:write")),
        Scope("longer", draft => draft.Claim("scope", "check:write2")),
        Scope("shorter", draft => draft.Claim("scope", "check")),
        Scope("a wildcard", draft => draft.Claim("scope", "*")),
        Scope("a list whose entry has a TAB", draft => draft.Claim("scope", new JsonArray("event:write\tcheck:write"))),
        Scope("under another name", draft => draft.Claim("scope", "").Claim("scopes", "check:write").Claim("permissions", new JsonArray("check:write")).Claim("roles", "check:write")),
    ];

    private static IEnumerable<RawCase> Texts =>
    [
        Bad("exp twice", draft => draft.PayloadText = draft.Payload.ToJsonString()[..^1] + ",\"exp\":9999999999}"),
        Bad("sub twice, equal", draft => draft.PayloadText = draft.Payload.ToJsonString()[..^1] + ",\"sub\":\"user-1\"}"),
        Bad("a name twice inside a claim", draft => draft.PayloadText = draft.Payload.ToJsonString()[..^1] + ",\"x\":{\"a\":1,\"a\":2}}"),
        Bad("scope twice, one escaped", draft => draft.PayloadText = draft.Payload.ToJsonString()[..^1] + ",\"sc\\u006fpe\":\"run:write\"}"),
        Bad("garbage behind the claims", draft => draft.PayloadText = draft.Payload.ToJsonString() + "{}"),
        Bad("claims with a comment", draft => draft.PayloadText = draft.Payload.ToJsonString() + "// x"),
        Bad("claims with a trailing comma", draft => draft.PayloadText = draft.Payload.ToJsonString()[..^1] + ",}"),
        Bad("claims that are a list", draft => draft.PayloadText = $"[{draft.Payload.ToJsonString()}]"),
        Bad("claims that are a string", draft => draft.PayloadText = "\"user-1\""),
        Bad("claims that are null", draft => draft.PayloadText = "null"),
        Bad("no claims", draft => draft.PayloadText = "{}"),
        Bad("claims nested a thousand deep", draft => draft.PayloadText = draft.Payload.ToJsonString()[..^1] + ",\"x\":" + new string('[', 1000) + new string(']', 1000) + "}"),
        Bad("half a surrogate in a name", draft => draft.PayloadText = draft.Payload.ToJsonString().Replace("{", "{\"\\udc00\":1,", StringComparison.Ordinal)),
        Bad("half a surrogate in a scope", draft => draft.PayloadText = Replaced(draft, "scope", "[\"check:write\",\"\\udc00\"]")),
        Bad("half a surrogate in sub", draft => draft.PayloadText = Replaced(draft, "sub", "\"\\ud800\"")),
    ];

    private static RawCase Bad(string name, Action<TokenDraft> change) => Refused($"token: {name}", 401, "token_invalid", c => c.With(change));

    private static RawCase Scope(string name, Action<TokenDraft> change) => Refused($"token: scope {name}", 403, "insufficient_permissions", c => c.With(change));

    private static long Now(TokenDraft draft) => draft.Payload["iat"]!.GetValue<long>();

    private static void Shift(TokenDraft draft, long seconds) =>
        draft.Claim("exp", draft.Payload["exp"]!.GetValue<long>() + seconds).Claim("iat", Now(draft) + seconds);

    /// <summary>The claims' text with one value that an object can't hold.</summary>
    private static string Replaced(TokenDraft draft, string claim, string text) =>
        draft.Claim(claim, "REPLACED").Payload.ToJsonString().Replace("\"REPLACED\"", text, StringComparison.Ordinal);
}
