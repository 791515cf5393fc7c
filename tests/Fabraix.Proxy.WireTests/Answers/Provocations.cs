using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Answers;

/// <summary>For each code of the contract a way to get it over the wire, on a proxy of its own.</summary>
internal static class Provocations
{
    public static IReadOnlyDictionary<string, Func<Task<Provoked>>> All { get; } = new Dictionary<string, Func<Task<Provoked>>>
    {
        ["invalid_request_target"] = () => AskAsync(proxy => proxy.Post("/v1/check?x=1")),
        ["invalid_header"] = () => AskAsync(proxy => proxy.Post().With("a_b", "1")),
        ["invalid_body"] = () => AskAsync(proxy => proxy.Post().WithChunks("{}").WithRawBody("zz\r\n")),
        ["token_missing"] = () => AskAsync(proxy => proxy.Post().Without("Authorization")),
        ["token_invalid"] = () => AskAsync(proxy => proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("aud", "other")))),
        ["token_expired"] = () => AskAsync(proxy => proxy.Post(token: proxy.Issuer.Mint(Expired))),
        ["insufficient_permissions"] = () => AskAsync(proxy => proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("scope", "other")))),
        ["origin_not_allowed"] = NoOriginAsync,
        ["cross_site_request"] = CrossSiteAsync,
        ["route_not_found"] = () => AskAsync(proxy => proxy.Post("/v1/none")),
        ["method_not_allowed"] = () => AskAsync(proxy => new RequestText("GET", "/v1/check").With("Host", proxy.Address.Authority)),
        ["request_timeout"] = () => AskAsync(proxy => proxy.Post().Instead("Content-Length", "100")),
        ["body_too_large"] = () => AskAsync(proxy => proxy.Post().Instead("Content-Length", "262145").WithRawBody("")),
        ["unsupported_media_type"] = () => AskAsync(proxy => proxy.Post().Instead("Content-Type", "text/plain")),
        ["address_rate_limited"] = () => AskTwiceAsync("Fabraix:RateLimits:PerAddress:PerMinute"),
        ["user_rate_limited"] = () => AskTwiceAsync("Fabraix:RateLimits:PerUser:PerMinute"),
        ["key_quota_exhausted"] = () => AskTwiceAsync("Fabraix:Keys:default:Quota:PerMinute"),
        ["upstream_rate_limited"] = () => AskAsync(UpstreamAnswer.Json(429, "{}")),
        ["internal_error"] = FailingClockAsync,
        ["upstream_key_rejected"] = () => AskAsync(UpstreamAnswer.Json(401, "{}")),
        ["upstream_key_forbidden"] = () => AskAsync(UpstreamAnswer.Json(403, "{}")),
        ["upstream_unreachable"] = () => AskAsync(proxy => proxy.Post(), setup => setup.Upstream.StopListening()),
        ["upstream_response_blocked"] = () => AskAsync(UpstreamAnswer.Json(302, "{}")),
        ["key_unavailable"] = () => AskAsync(proxy => proxy.Post(), setup => setup.Settings["Fabraix:Keys:default:Secret"] = $"env:{Made.Name("FABRAIX_NONE").Replace('-', '_')}"),
        ["issuer_unavailable"] = () => AskAsync(proxy => proxy.Post(), setup => setup.Settings["Fabraix:Tokens:Issuers:main:Jwks"] = "file:" + setup.Issuer.JwksFile + ".none"),
        ["overloaded"] = () => AskAsync(proxy => proxy.Post(body: new string(' ', 2000)), setup => setup.BodyMemory = 1000),
        ["upstream_timeout"] = TimeoutAsync,
    };

    private static async Task<Provoked> AskAsync(Func<ProxyUnderTest, RequestText> request, Action<ProxySetup>? change = null)
    {
        await using var proxy = await ProxyUnderTest.StartAsync(change);
        return await AskFromOriginAsync(proxy, request(proxy));
    }

    private static async Task<Provoked> AskAsync(string upstreamAnswer)
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        proxy.Upstream.Answer = exchange => exchange.SendAsync(upstreamAnswer);
        return await AskFromOriginAsync(proxy, proxy.Post());
    }

    private static async Task<Provoked> AskTwiceAsync(string limit)
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings[limit] = "1");
        await AskFromOriginAsync(proxy, proxy.Post());
        return await AskFromOriginAsync(proxy, proxy.Post());
    }

    private static async Task<Provoked> TimeoutAsync()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Upstream:Timeout"] = "1s");
        proxy.Upstream.Answer = exchange => exchange.Gone;
        return await AskFromOriginAsync(proxy, proxy.Post());
    }

    /// <summary>A bug cannot be asked for; a clock that fails in the middle of a request is one.</summary>
    private static async Task<Provoked> FailingClockAsync()
    {
        var clock = new FailingClock();
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Time = clock);
        var request = proxy.Post();
        clock.Fails = true;
        var answer = await AskFromOriginAsync(proxy, request);
        clock.Fails = false;
        return answer;
    }

    private static async Task<Provoked> NoOriginAsync()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        return new(await proxy.AskAsync(proxy.Post().With("Origin", "https://evil.example")), proxy.Logs);
    }

    private static async Task<Provoked> CrossSiteAsync()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        return new(await proxy.AskAsync(proxy.Post().With("Sec-Fetch-Site", "cross-site")), proxy.Logs);
    }

    private static async Task<Provoked> AskFromOriginAsync(ProxyUnderTest proxy, RequestText request) =>
        new(await proxy.AskAsync(request.With("Origin", ProxyUnderTest.Origin)), proxy.Logs);

    private static void Expired(TokenDraft draft)
    {
        var now = draft.Payload["iat"]!.GetValue<long>();
        draft.Claim("iat", now - 900).Claim("exp", now - 600);
    }

    private sealed class FailingClock : TimeProvider
    {
        public bool Fails { get; set; }

        public override DateTimeOffset GetUtcNow() => Fails ? throw new InvalidTimeZoneException("A clock that fails") : base.GetUtcNow();
    }
}

/// <param name="Logs">What the proxy, stopped by now, has logged.</param>
internal sealed record Provoked(RawResponse Answer, LogSpy Logs);
