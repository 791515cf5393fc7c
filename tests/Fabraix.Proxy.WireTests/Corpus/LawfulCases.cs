using System.Text.Json.Nodes;
using Fabraix.TestKit;
using static Fabraix.Proxy.WireTests.Corpus.RawCase;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>What must pass, near the border of what must not: a proxy that refuses everything would pass the rest of the corpus.</summary>
internal static class LawfulCases
{
    public static IEnumerable<RawCase> All => [.. Requests, .. Tokens];

    private static IEnumerable<RawCase> Requests =>
    [
        Lawful("lawful: check", c => c.Post()),
        Lawful("lawful: event", c => c.Post("/v1/event")),
        Lawful("lawful: register-agent-run", c => c.Post("/v1/register-agent-run")),
        Lawful("lawful: an empty body", c => c.Post().WithBody("")),
        Lawful("lawful: no length and no body", c => c.Post().WithBody("").Without("Content-Length")),
        Lawful("lawful: exactly the route's size", c => c.Post("/v1/register-agent-run").WithBody(new string(' ', 65536))),
        Lawful("lawful: in one chunk", c => c.Post().WithChunks("{}")),
        Lawful("lawful: in chunks of one byte", c => c.Post().WithChunks("{", "\"", "a", "\"", ":", "1", "}")),
        Lawful("lawful: chunks with an extension", c => c.Post().WithChunks("{}").WithRawBody("2;a=b\r\n{}\r\n0\r\n\r\n")),
        Lawful("lawful: chunk sizes in capitals and with zeros", c => c.Post().WithChunks("{}").WithRawBody("00A\r\n{\"a\":1111}\r\n0\r\n\r\n")),
        Lawful("lawful: chunks with a trailer", c => c.Post().WithChunks("{}").WithRawBody("2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\nX-T: 1\r\n\r\n")),
        Lawful("lawful: a length with zeros before", c => c.Post().Instead("Content-Length", "0002")),
        Lawful("lawful: content-type in capitals", c => c.Post().Instead("Content-Type", "APPLICATION/JSON")),
        Lawful("lawful: content-type with charset", c => c.Post().Instead("Content-Type", "application/json; charset=utf-8")),
        Lawful("lawful: content-type with charset in capitals and quotes", c => c.Post().Instead("Content-Type", "application/json;charset=\"UTF-8\"")),
        Lawful("lawful: the scheme in lower case", c => c.Post().Instead("Authorization", "bearer " + c.Issuer.Mint())),
        Lawful("lawful: header names in any case", c => c.Post().Without("Authorization").With("AUTHORIZATION", "Bearer " + c.Issuer.Mint())),
        Lawful("lawful: no space behind the colon, some behind the value", c => c.Post().Line("X-Y:1").Line("X-Z:1 \t")),
        Lawful("lawful: a value with TAB and bytes over 0x7F", c => c.Post().With("X-Y", "a\tb\u00e9\u00ff")),
        Lawful("lawful: an empty header value", c => c.Post().With("X-Y", "")),
        Lawful("lawful: Accept twice", c => c.Post().With("Accept", "application/json").With("Accept", "text/plain")),
        Lawful("lawful: the listed origin", c => c.Post().With("Origin", c.Origin)),
        Lawful("lawful: cross-site from the listed origin", c => c.Post().With("Origin", c.Origin).With("Sec-Fetch-Site", "cross-site")),
        Lawful("lawful: same-origin without Origin", c => c.Post().With("Sec-Fetch-Site", "same-origin")),
        Lawful("lawful: another Host, where none is configured", c => c.Post().Instead("Host", "proxy.example")),
        Lawful("lawful: the Host of IPv6", c => c.Post().Instead("Host", "[::1]:8080")),
        Lawful("lawful: HTTP/1.0", c => Old(c.Post())),
        Lawful("lawful: Expect: 100-continue", c => c.Post().With("Expect", "100-continue")),
    ];

    private static IEnumerable<RawCase> Tokens =>
    [
        Token("typ at+jwt", draft => draft.Header["typ"] = "at+jwt"),
        Token("typ in another case", draft => draft.Header["typ"] = "jwt"),
        Token("typ with application/", draft => draft.Header["typ"] = "application/at+jwt"),
        Token("x5t and x5t#S256, a certificate's digests", draft => (draft.Header["x5t"], draft.Header["x5t#S256"]) = (draft.Key.Kid, "abc")),
        Token("no typ", draft => draft.Header.Remove("typ")),
        Token("aud a list with ours", draft => draft.Claim("aud", new JsonArray("other", "fabraix-proxy"))),
        Token("scope a list", draft => draft.Claim("scope", new JsonArray("event:write", "check:write"))),
        Token("scp a string", draft => Moved(draft, "event:write check:write")),
        Token("scp a list", draft => Moved(draft, new JsonArray("check:write"))),
        Token("scope with two spaces", draft => draft.Claim("scope", "  event:write  check:write ")),
        Token("a lifetime of 15 minutes", draft => draft.Claim("exp", draft.Payload["iat"]!.GetValue<long>() + 900)),
        Token("expired within the skew", draft => Shift(draft, -310)),
        Token("issued ahead within the skew", draft => Shift(draft, 10)),
        Token("nbf now", draft => draft.Claim("nbf", draft.Payload["iat"]!.GetValue<long>())),
        Token("times with a fraction", draft => draft.Claim("exp", draft.Payload["exp"]!.GetValue<long>() + 0.5)),
        Token("claims that nobody knows", draft => draft.Claim("email", "x@example.com").Claim("x", new JsonObject { ["a"] = new JsonArray(1, null) })),
        Token("a sub in another script", draft => draft.Claim("sub", "\u30e6\u30fc\u30b6\u30fc \u00e9\"\\\n")),
        Token("near 8 KiB", draft => draft.Claim("x", new string('a', 5700))),
    ];

    private static RawCase Token(string name, Action<TokenDraft> change) => Lawful($"lawful token: {name}", c => c.With(change));

    private static void Moved(TokenDraft draft, JsonNode scp)
    {
        draft.Payload.Remove("scope");
        draft.Claim("scp", scp);
    }

    private static void Shift(TokenDraft draft, long seconds) =>
        draft.Claim("exp", draft.Payload["exp"]!.GetValue<long>() + seconds).Claim("iat", draft.Payload["iat"]!.GetValue<long>() + seconds);

    private static RequestText Old(RequestText request)
    {
        request.Version = "HTTP/1.0";
        return request;
    }
}
