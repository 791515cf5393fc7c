using System.Text;
using System.Text.Json;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Management;

/// <summary>The status page: what is served, to whom, and what is in it.</summary>
public sealed class StatusTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private readonly ProxyUnderTest proxy = fixture.Proxy;

    public static TheoryData<string, string> Files => new()
    {
        { "/", "text/html; charset=utf-8" },
        { "/status/page.css", "text/css; charset=utf-8" },
        { "/status/page.js", "text/javascript; charset=utf-8" },
        { "/status/parts.js", "text/javascript; charset=utf-8" },
        { "/status/chart.js", "text/javascript; charset=utf-8" },
        { "/status/words.js", "text/javascript; charset=utf-8" },
        { "/status/icon.svg", "image/svg+xml" },
        { "/status.json", "application/json" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Serves_each_file_for_itself_and_its_own_page_alone(string path, string type)
    {
        var answer = await proxy.ManageAsync(path);

        Assert.Equal((200, type), (answer.Status, answer.Header("content-type")));
        Assert.NotEmpty(answer.Body);
        Assert.Equal("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'", answer.Header("content-security-policy"));
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[
            ("x-content-type-options", "nosniff"), ("cache-control", "no-store"), ("referrer-policy", "no-referrer"), ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "same-origin"), ("cross-origin-opener-policy", "same-origin")])
            Assert.Equal(value, answer.Header(name));
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase) || header.Key is "Server" or "Set-Cookie");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Refuses_whoever_names_another_host(string path, string type)
    {
        _ = type;
        foreach (var host in (string[])["evil.example", "10.1.2.3", "localhost.evil.example", ""])
        {
            var answer = await AskAsync("GET", path, host);

            Assert.Equal((421, ManagementHostTests.Advice), (answer.Status, answer.Text));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Takes_no_other_method(string path, string type)
    {
        _ = type;
        foreach (var method in (string[])["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "get"])
        {
            var answer = await AskAsync(method, path, proxy.Management.Authority);

            Assert.Equal((405, "GET", ""), (answer.Status, answer.Header("allow"), answer.Text));
        }
    }

    [Theory]
    [InlineData("/index.html")]
    [InlineData("/status/")]
    [InlineData("/status/index.html")]
    [InlineData("/status/page.js/")]
    [InlineData("/status/../status/page.js/..")]
    [InlineData("/STATUS.JSON")]
    [InlineData("/limits.lua")]
    public async Task Has_no_other_file(string path) => Assert.Equal(404, (await proxy.ManageAsync(path)).Status);

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Cannot_be_reached_through_the_public_listener(string path, string type)
    {
        _ = type;
        var answer = await proxy.AskAsync(new RequestText("GET", path).With("Host", proxy.Management.Authority));

        Assert.Equal("application/json", answer.Header("content-type"));
        Assert.InRange(answer.Status, 400, 404);
    }

    /// <summary>Every style and script is a file of its own: nothing in the page needs a weaker policy.</summary>
    [Fact]
    public async Task Has_nothing_inline_and_turns_no_text_into_markup()
    {
        var page = (await proxy.ManageAsync("/")).Text;
        Assert.DoesNotMatch("""<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src="/)|javascript:|https?://""", page);

        foreach (var script in Files.Select(row => row.Data.Item1).Where(path => path.EndsWith(".js", StringComparison.Ordinal)))
            Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacentHTML|document.write|eval|Function\\(|localStorage|cookie", (await proxy.ManageAsync(script)).Text);
    }

    [Fact]
    public async Task Tells_what_the_proxy_met()
    {
        await using var other = await ProxyUnderTest.StartAsync();
        await other.AskAsync(other.Post("/v1/event"));
        await other.AskAsync(other.Post());
        await other.AskAsync(other.Post().Without("Authorization"));
        await other.AskAsync(other.Post("/v1/nothing"));
        await other.AskAsync(other.Post("/v1/nothing"));
        var report = await ReportAsync(other);

        Assert.Equal(("ready", 0), (report.GetProperty("status").GetString(), report.GetProperty("degraded").GetArrayLength()));
        var requests = report.GetProperty("requests");
        Assert.Equal((2, 3), (requests.GetProperty("forwarded").GetInt32(), requests.GetProperty("refused").GetInt32()));
        Assert.Equal(
            ["route_not_found 2 route: no such path", "token_missing 1 token: no token of a scheme that is accepted"],
            report.GetProperty("refusals").EnumerateArray().Select(refusal => $"{refusal.GetProperty("code")} {refusal.GetProperty("lastHour")} {refusal.GetProperty("rule")}"));

        var minute = report.GetProperty("quotas").EnumerateArray().Single(quota => (quota.GetProperty("of").GetString(), quota.GetProperty("span").GetString()) == ("default", "minute"));
        Assert.Equal((2, 100_000_000, 60), (minute.GetProperty("used").GetInt32(), minute.GetProperty("limit").GetInt32(), minute.GetProperty("history").GetArrayLength()));
        Assert.Equal(2, minute.GetProperty("history").EnumerateArray().Last().GetInt32());

        var version = report.GetProperty("keys")[0].GetProperty("versions")[0];
        Assert.Matches("^default/[^/]+/[0-9a-f]{8}$", version.GetProperty("label").GetString());
        Assert.Equal("active", version.GetProperty("state").GetString());
        Assert.InRange(version.GetProperty("lastUsed").GetDateTimeOffset(), version.GetProperty("since").GetDateTimeOffset(), report.GetProperty("now").GetDateTimeOffset());
        Assert.Equal("file", report.GetProperty("keys")[0].GetProperty("store").GetString());

        var issuer = report.GetProperty("issuers")[0];
        Assert.Equal(("file", "ES256", $"kid {other.Issuer.Key.Kid}"), (issuer.GetProperty("source").GetString(), issuer.GetProperty("keys")[0].GetProperty("algorithm").GetString(), issuer.GetProperty("keys")[0].GetProperty("keyId").GetString()));
    }

    [Fact]
    public async Task Tells_of_a_key_and_of_an_issuer_that_are_missing()
    {
        await using var other = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Settings["Fabraix:Keys:default:Secret"] = "file:" + setup.KeyFile + ".none";
            setup.Settings["Fabraix:Tokens:Issuers:main:Jwks"] = "file:" + setup.Issuer.JwksFile + ".none";
        });
        var (report, text) = (await ReportAsync(other), (await other.ManageAsync("/status.json")).Text);

        Assert.Equal(("not ready", 2), (report.GetProperty("status").GetString(), report.GetProperty("degraded").GetArrayLength()));
        Assert.False(report.GetProperty("keys")[0].GetProperty("usable").GetBoolean());
        Assert.Equal(0, report.GetProperty("issuers")[0].GetProperty("keys").GetArrayLength());
        Assert.DoesNotContain(Path.GetTempPath().TrimEnd('/'), text, StringComparison.Ordinal);
    }

    /// <summary>History and refusals are of the process; what is configured is of the configuration in use.</summary>
    [Fact]
    public async Task Keeps_its_counts_over_a_change_of_the_configuration()
    {
        await using var other = await ProxyUnderTest.StartAsync(setup => setup.Reloads = true);
        await other.AskAsync(other.Post());
        await other.AskAsync(other.Post("/v1/nothing"));
        await other.ChangeAsync(settings => settings["Fabraix:Browser:Origins:1"] = "https://second.example");
        await Bounds.UntilAsync(async () => (await ReportAsync(other)).GetProperty("settings").GetProperty("origins").GetArrayLength() == 2, "the change in use");
        var report = await ReportAsync(other);

        Assert.Equal((1, 1), (report.GetProperty("requests").GetProperty("forwarded").GetInt32(), report.GetProperty("requests").GetProperty("refused").GetInt32()));
        Assert.Null(report.GetProperty("configuration").GetProperty("refused").GetString());

        await other.ChangeAsync("{");
        await Bounds.UntilAsync(async () => (await ReportAsync(other)).GetProperty("configuration").GetProperty("refused").GetString() is not null, "the refusal of a change");
        Assert.Equal(2, (await ReportAsync(other)).GetProperty("settings").GetProperty("origins").GetArrayLength());
    }

    /// <summary>Whatever a client sends, and whatever the proxy keeps to itself.</summary>
    [Fact]
    public async Task Holds_no_secret_no_subject_and_nothing_that_a_client_made_up()
    {
        await using var other = await ProxyUnderTest.StartAsync();
        var token = other.Issuer.Mint(draft => draft.Claim("sub", "mark-7f3a"));
        foreach (var request in new[]
        {
            other.Post("/v1/event", token: token), other.Post("/mark-7f3a"), other.Post().With("mark_7f3a", "1"), other.Post().With("Origin", "https://mark-7f3a.example"), other.Post("/v1/check?mark-7f3a"),
            other.Post().Instead("Host", "mark-7f3a.example"), other.Post().Instead("Content-Type", "text/mark-7f3a"), other.Post(body: "mark-7f3a"), other.Post().With("X-Y", other.ApiKey),
            other.Post(token: other.Issuer.Mint(draft => draft.Claim("sub", "mark-7f3a").Claim("scope", "mark-7f3a"))), other.Post(token: other.Issuer.Mint(draft => draft.Claim("iss", "https://mark-7f3a.example"))),
            other.Post(token: other.Issuer.Mint(draft => draft.Header["kid"] = "mark-7f3a")), other.Post().With("x-request-id", "mark-7f3a"), other.Post().With("traceparent", "mark-7f3a"),
        })
            await other.AskAsync(request);
        await Bounds.UntilAsync(() => other.Logs.Lines.Count(line => line.Id.Id == 1100) == 14, "the access lines");
        var callers = other.Logs.Lines.Where(line => line.Id.Id == 1100).Select(line => line.Field("Caller")).Where(caller => caller.Length > 0).Distinct().ToList();
        Assert.NotEmpty(callers);

        var needles = new Needles();
        foreach (var (form, bytes) in SecretForms.Of(Encoding.UTF8.GetBytes(other.ApiKey)).Concat(SecretForms.OfText(other.ApiKey)))
            needles.Add("key", form, bytes);
        foreach (var path in Files.Select(row => row.Data.Item1))
        {
            var text = (await other.ManageAsync(path)).Text;
            Assert.All(["7f3a", token, token.Split('.')[2], "user-1", other.KeyFile, other.Issuer.JwksFile, .. callers], canary => Assert.DoesNotContain(canary, text, StringComparison.OrdinalIgnoreCase));
            needles.Search(Encoding.UTF8.GetBytes(text), (secret, form) => Assert.Fail($"{path} holds the {secret} as {form}."));
        }
    }

    /// <summary>Programs may build on it, and whatever is new in it was put there on purpose.</summary>
    [Fact]
    public async Task Has_exactly_these_members() => Assert.Equal(
        """
        build: commit, runtime, version
        configuration: acceptedAt, refused
        issuers: algorithms, audiences, dpop, fetchedSecondsAgo, issuer, keys, name, problem, source
        issuers.keys: algorithm, keyId
        keys: name, problem, readSecondsAgo, refreshSeconds, store, usable, versions
        keys.versions: label, lastUsed, since, state
        quotas: history, limit, of, span, used
        refusals: code, lastAt, lastHour, rule
        report: build, configuration, degraded, issuers, keys, now, quotas, refusals, requests, routes, settings, startedAt, status, store, upstream
        requests: forwarded, inFlight, mostInFlight, refused
        routes: key, maxBytes, method, name, path, perHour, perMinute, reserve, scopes
        settings: allowedHosts, answerSeconds, clockSkewSeconds, connectSeconds, drainDelaySeconds, graceSeconds, inFlightPerUser, managementHosts, origins, perAddress, perUser, requireOrigin, tokenLifetimeSeconds, trustedProxies
        settings.perUser: quota, seconds
        store: kind, problem, replicas, up
        upstream: address, circuit, problem
        """.ReplaceLineEndings("\n"),
        string.Join('\n', await MembersAsync()));

    private async Task<IEnumerable<string>> MembersAsync()
    {
        await proxy.AskAsync(proxy.Post("/v1/nothing"));
        var members = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        Walk("", await ReportAsync(proxy), members);
        return members.Select(entry => $"{entry.Key}: {string.Join(", ", entry.Value)}");
    }

    private static void Walk(string path, JsonElement element, SortedDictionary<string, SortedSet<string>> members)
    {
        if (element.ValueKind == JsonValueKind.Array)
            foreach (var item in element.EnumerateArray())
                Walk(path, item, members);
        if (element.ValueKind != JsonValueKind.Object)
            return;
        var known = members.TryGetValue(path.Length == 0 ? "report" : path, out var set) ? set : members[path.Length == 0 ? "report" : path] = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            known.Add(member.Name);
            Walk(path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value, members);
        }
    }

    private static async Task<JsonElement> ReportAsync(ProxyUnderTest of) => JsonDocument.Parse((await of.ManageAsync("/status.json")).Body).RootElement;

    private async Task<RawResponse> AskAsync(string method, string path, string host)
    {
        await using var client = await RawClient.ConnectAsync(proxy.Management);
        return await client.AskAsync(new RequestText(method, path).With("Host", host).ToString());
    }
}
