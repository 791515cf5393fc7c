using System.Text.Json;
using System.Text.RegularExpressions;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Secrets;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Management;

/// <summary>
/// Metrics: every label's values come from a closed set, whatever clients send, so that a hostile one cannot grow them.
/// Meters belong to the process, so these tests run while no other proxy does.
/// </summary>
[Collection(RunAlone.Name)]
public sealed partial class MetricsTests
{
    private static readonly string[] Routes = ["none", "register-agent-run", "event", "check"];

    /// <summary>What may stand in a label: configured names, codes of the contract, HTTP's own small sets, the upstream's address, figures.</summary>
    private static readonly Dictionary<string, Func<string, bool>> Labels = new()
    {
        ["fabraix_route"] = Routes.Contains,
        ["fabraix_decision"] = value => ProxyError.All.Any(error => error.Code == value) || value is "forwarded" or "preflight" or "client_closed" or "answer_cut",
        ["fabraix_window"] = value => Routes.Append("default").Any(name => value.StartsWith(name, StringComparison.Ordinal)) && (value.EndsWith("-minute", StringComparison.Ordinal) || value.EndsWith("-hour", StringComparison.Ordinal)),
        ["fabraix_key"] = value => value == "default",
        ["fabraix_version"] = value => KeyLabel().IsMatch(value),
        ["fabraix_state"] = value => value is "active" or "candidate" or "draining" or "dropped" or "closed" or "open" or "half_open",
        ["fabraix_error"] = value => value is "connection_refused" or "dns_error" or "tls_certificate_error" or "connection_timeout" or "http_response_timeout" or "http_protocol_error",
        ["fabraix_outcome"] = value => Enum.GetNames<SecretOutcome>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName).Contains(value) || OtherOutcomes.Contains(value),
        ["fabraix_endpoint"] = value => value is "/token" or "/revoke",
        ["fabraix_client"] = value => value is TestMint.Client or TestMint.Revoker or "unknown",
        ["fabraix_where"] = value => value is "target" or "header" or "body",
        ["fabraix_issuer"] = value => value == "main",
        ["http_request_method"] = value => value is "GET" or "POST" or "PUT" or "DELETE" or "HEAD" or "OPTIONS" or "PATCH" or "TRACE" or "CONNECT" or "QUERY" or "_OTHER",
        ["http_response_status_code"] = value => Status().IsMatch(value),
        ["http_route"] = value => value is "/v1/register-agent-run" or "/v1/event" or "/v1/check",
        ["network_protocol_name"] = value => value == "http",
        ["network_protocol_version"] = value => value is "1.0" or "1.1" or "2",
        ["url_scheme"] = value => value is "http" or "https",
        ["error_type"] = value => TypeName().IsMatch(value) || Status().IsMatch(value),
        ["network_transport"] = value => value == "tcp",
        ["network_type"] = value => value is "ipv4" or "ipv6",
        ["server_address"] = value => value is "127.0.0.1" or "localhost",
        ["server_port"] = value => int.TryParse(value, out _),
        ["network_peer_address"] = value => value is "127.0.0.1" or "::ffff:127.0.0.1",
        ["http_connection_state"] = value => value is "idle" or "active",
        ["le"] = value => double.TryParse(value, out _) || value == "+Inf",
        ["otel_scope_name"] = value => ScopeName().IsMatch(value),
        ["otel_scope_version"] = value => Version().IsMatch(value),
    };

    /// <summary>What changes of the configuration, fetches of signing keys and requests to the mint come to (docs/telemetry.md, docs/mint.md).</summary>
    private static readonly string[] OtherOutcomes =
    [
        "accepted",
        "good", "timed_out", "unreachable", "refused", "broken_off", "unusable", "unreadable",
        "ok", "invalid_request", "invalid_client", "invalid_scope", "unauthorized_client", "unsupported_grant_type", "temporarily_unavailable",
    ];

    /// <summary>Labels of the runtime's own meters and of the exporter, which no request touches.</summary>
    private static readonly string[] Runtime =
        ["gc_heap_generation", "cpu_mode", "telemetry_sdk_name", "telemetry_sdk_language", "telemetry_sdk_version", "service_name", "service_version", "service_instance_id"];

    [Fact]
    public async Task Have_labels_of_closed_sets_only()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        for (var i = 0; i < 40; i++) await AskHostilelyAsync(proxy, $"mark{i}");
        await proxy.AskAsync(proxy.Post());
        await proxy.AskAsync(proxy.Post().With("X-Y", proxy.ApiKey));
        var answer = await proxy.ManageAsync("/metrics");

        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("mark", answer.Text, StringComparison.OrdinalIgnoreCase);
        var labels = Label().Matches(answer.Text).Select(match => (Name: match.Groups["name"].Value, Value: match.Groups["value"].Value)).ToHashSet();
        Assert.NotEmpty(labels);
        var strange = labels.Where(label => !Runtime.Contains(label.Name) && !(Labels.TryGetValue(label.Name, out var allows) && allows(label.Value))).Select(label => label.Name);
        Assert.Equal([], strange.Distinct());
    }

    [Fact]
    public async Task Do_not_grow_with_the_number_of_hostile_requests()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        await AskHostilelyAsync(proxy, "first");
        var few = await SeriesAsync(proxy);
        for (var i = 0; i < 30; i++) await AskHostilelyAsync(proxy, $"mark{i}");

        Assert.Equal(few, await SeriesAsync(proxy));
    }

    [Fact]
    public async Task Count_what_was_decided()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        await proxy.AskAsync(proxy.Post());
        await proxy.AskAsync(proxy.Post());
        await proxy.AskAsync(proxy.Post("/v1/event").Without("Authorization"));
        var text = (await proxy.ManageAsync("/metrics")).Text;

        Assert.Equal("2", Count(text, "check", "forwarded"));
        Assert.Equal("1", Count(text, "event", "token_missing"));
    }

    private static async Task AskHostilelyAsync(ProxyUnderTest proxy, string mark)
    {
        await proxy.AskAsync(proxy.Post("/" + mark));
        await proxy.AskAsync(new RequestText(mark.ToUpperInvariant(), "/v1/check").With("Host", "x"));
        await proxy.AskAsync(proxy.Post().Instead("Host", mark + ".example").With("User-Agent", mark));
        await proxy.AskAsync(proxy.Post().With("Origin", $"https://{mark}.example"));
        await proxy.AskAsync(proxy.Post().Instead("Content-Type", "application/" + mark));
        await proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint(draft => draft.Header["kid"] = mark)));
        await proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("iss", mark))));
        await proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("sub", mark).Claim("scope", mark))));
        await proxy.AskAsync(proxy.Post().With("x-request-id", mark));
    }

    private static async Task<int> SeriesAsync(ProxyUnderTest proxy) =>
        (await proxy.ManageAsync("/metrics")).Text.Split('\n').Count(line => line.StartsWith("http_server_request_duration", StringComparison.Ordinal));

    private static string? Count(string text, string route, string decision) => text.Split('\n')
        .Where(line => line.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal))
        .Where(line => line.Contains($"fabraix_route=\"{route}\"", StringComparison.Ordinal) && line.Contains($"fabraix_decision=\"{decision}\"", StringComparison.Ordinal))
        .Select(line => line.Split(' ')[1]).SingleOrDefault();

    [GeneratedRegex(@"^default/\d{8}T\d{6}\.\d{3}Z/[0-9a-f]{8}$")]
    private static partial Regex KeyLabel();

    [GeneratedRegex("""(?<=[{,])(?<name>[a-zA-Z_]+)="(?<value>(\\.|[^"\\])*)" """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Label();

    [GeneratedRegex("^[1-5][0-9][0-9]$")]
    private static partial Regex Status();

    [GeneratedRegex("^[A-Za-z_.]{1,80}$")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^(Fabraix\.Proxy|Microsoft\.AspNetCore\.[A-Za-z.]+|System\.[A-Za-z.]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex ScopeName();

    [GeneratedRegex(@"^[0-9.]*$")]
    private static partial Regex Version();
}
