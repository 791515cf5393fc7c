using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Tests.Configuration;
using Fabraix.Proxy.Tests.Tokens;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Commands;

/// <summary><c>check --live</c>: everything that the configuration names is asked, and nothing is shown of it.</summary>
public sealed class LiveCheckTests : IAsyncLifetime
{
    private const string Secret = "Fabraix:Keys:default:Secret";
    private const string Jwks = "Fabraix:Tokens:Issuers:main:Jwks";
    private const string Upstream = "Fabraix:Upstream:Address";

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingUpstream _upstream = RecordingUpstream.Start();
    private readonly string _key = Made.ApiKey();

    public ValueTask InitializeAsync()
    {
        _folder.Write("key", $"{_key}\n");
        _folder.Write("jwks.json", Jose.Jwks(Jose.Jwk("ES256")));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Accepts_what_is_all_there()
    {
        var result = await Check();

        Assert.Equal((0, "The configuration is accepted."), (result.ExitCode, result.Lines[^1]));
        Assert.Collection(
            result.Lines.Where(line => line.StartsWith("reached", StringComparison.Ordinal)),
            line => Assert.Matches($@"^reached  {Secret}: default/[0-9T.]+Z?/[0-9a-f]{{8}} is read; whether the upstream takes it cannot be told\. Fabraix:Keys:default:Probe, where it answers 2xx, would tell\.$", line),
            line => Assert.Equal($"reached  {Jwks}: signing keys usable: 1, left out: 0.", line),
            line => Assert.Equal($"reached  {Upstream}: answers.", line));
    }

    [Theory]
    [InlineData(422, 0, "and the upstream takes it.")]
    [InlineData(401, 2, "gives a key that the upstream refuses (401).")]
    [InlineData(403, 2, "gives a key that the upstream knows, and that may not do what was asked (403).")]
    [InlineData(429, 0, "and the upstream takes it.")]
    [InlineData(503, 0, "whether the upstream takes it cannot be told.")]
    public async Task Tells_whether_the_upstream_takes_the_key_where_it_refuses_those_without_one(int status, int exitCode, string verdict)
    {
        _upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(exchange.Request.Header("x-api-key") == _key ? status : 401, "{}"));

        var result = await Check();

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(result.Lines, line => line.Contains(Secret, StringComparison.Ordinal) && line.Contains(verdict, StringComparison.Ordinal));
        var asked = _upstream.Requests.Where(request => request.Header("x-api-key") is not null).ToList();
        Assert.Equal("{}"u8.ToArray(), Assert.Single(asked).Body);
    }

    [Theory]
    [InlineData(true, 0, "takes connections.")]
    [InlineData(false, 2, "cannot be reached (ConnectionRefused).")]
    public async Task Connects_to_the_collector(bool listens, int exitCode, string verdict)
    {
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        var address = $"http://{collector.LocalEndpoint}";
        if (!listens)
            collector.Stop();

        var result = await Check(("OTEL_EXPORTER_OTLP_ENDPOINT", address));

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(result.Lines, line => line.Contains($"OTEL_EXPORTER_OTLP_ENDPOINT: {verdict}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(204, 0, "and the upstream takes it.")]
    [InlineData(401, 2, "gives a key that the upstream refuses (401).")]
    [InlineData(422, 0, "whether the upstream takes it cannot be told.")]
    public async Task Asks_by_the_configured_probe_and_nothing_else(int status, int exitCode, string verdict)
    {
        _upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Head(exchange.Request.Header("x-api-key") == _key ? status : 500, status == 204 ? [] : ["Content-Length: 0"]));

        var result = await Check(("Fabraix:Keys:default:Probe:Path", "/v1/status"));

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(result.Lines, line => line.Contains(Secret, StringComparison.Ordinal) && line.Contains(verdict, StringComparison.Ordinal));
        Assert.Equal(["GET /v1/status HTTP/1.1"], _upstream.Requests.Where(request => request.Header("x-api-key") is not null).Select(request => request.RequestLine));
    }

    [Fact]
    public async Task Sends_no_key_to_an_upstream_that_asks_for_none()
    {
        await Check();

        Assert.Equal(2, _upstream.RequestCount);
        Assert.All(_upstream.Requests, request => Assert.DoesNotContain("x-api-key", request.Head, StringComparison.OrdinalIgnoreCase));
        Assert.All(_upstream.Requests, request => Assert.DoesNotContain(_key, request.Head, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Asks_by_no_route_that_would_change_something_without_an_object(string method)
    {
        _upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(exchange.Request.Header("x-api-key") == _key ? 200 : 401, "{}"));

        var result = await Check([.. new[] { "register-agent-run", "event", "check" }.Select(route => ($"Fabraix:Routes:{route}:Method", method))]);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.Lines, line => line.Contains("whether the upstream takes it cannot be told.", StringComparison.Ordinal));
        Assert.DoesNotContain(_upstream.Requests, request => request.Method == method);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Is_content_with_any_answer_that_is_not_about_the_key(int status)
    {
        _upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(status, "{}"));

        Assert.Equal(0, (await Check()).ExitCode);
    }

    [Theory]
    [InlineData(null, "the file does not exist")]
    [InlineData("", "it is empty")]
    [InlineData("two words", "visible ASCII")]
    [InlineData("env:FABRAIX_API_KEY", "nothing has resolved")]
    public async Task Refuses_a_secret_that_gives_no_key(string? content, string why)
    {
        if (content is null)
            File.Delete(_folder.At("key"));
        else
            _folder.Write("key", content);

        await Refuses(Secret, why);
    }

    [Theory]
    [InlineData(null, "gives no usable keys: The key file does not exist.")]
    [InlineData("<html>", "gives no usable keys")]
    [InlineData("{\"keys\": []}", "gives no usable keys")]
    public async Task Refuses_an_issuer_whose_key_file_gives_none(string? content, string why)
    {
        if (content is null)
            File.Delete(_folder.At("jwks.json"));
        else
            _folder.Write("jwks.json", content);

        await Refuses(Jwks, why);
    }

    [Fact]
    public async Task Refuses_an_issuer_whose_address_does_not_answer() => await Refuses(Jwks, "gives no usable keys: The key source could not be reached (ConnectionError).", (Jwks, $"http://127.0.0.1:{Ports.Closed()}/jwks.json"));

    [Fact]
    public async Task Refuses_an_upstream_that_nobody_listens_at() =>
        await Refuses(Upstream, "cannot be reached (upstream: connection refused or broken)", (Upstream, $"http://127.0.0.1:{Ports.Closed()}"));

    [Fact]
    public async Task Refuses_an_upstream_that_breaks_off()
    {
        _upstream.Answer = static exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        };

        await Refuses(Upstream, "cannot be reached");
    }

    [Fact]
    public async Task Lists_all_that_is_missing_at_once()
    {
        var result = await Check((Secret, "file:" + _folder.At("no-key")), (Jwks, "file:" + _folder.At("no-keys.json")), (Upstream, $"http://127.0.0.1:{Ports.Closed()}"));

        Assert.Equal(2, result.ExitCode);
        Assert.Equal([Secret, Jwks, Upstream], result.Lines.Where(line => line.StartsWith("mistake", StringComparison.Ordinal)).Select(line => line.Split(' ')[2].TrimEnd(':')));
    }

    [Fact]
    public async Task Asks_nobody_while_the_configuration_itself_is_wrong()
    {
        var result = await Check(("Fabraix:Upstream:Timeout", "30"));

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(0, _upstream.RequestCount);
    }

    [Fact]
    public async Task Asks_nobody_without_being_told()
    {
        await CommandLine.RunAsync("check", "--config", Configuration());

        Assert.Equal(0, _upstream.ConnectionCount);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 2)]
    public async Task Reads_a_secret_of_the_environment(bool isSet, int exitCode)
    {
        var name = "KEY_" + Guid.NewGuid().ToString("N");
        var file = Configuration((Secret, $"env:{name}"));

        var result = await ProxyProcess.RunAsync(["check", "--live", "--config", file], isSet ? [(name, _key)] : []);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal(!isSet, result.Output.Contains($"{Secret}: gives no key: the environment variable that the reference names is not set", StringComparison.Ordinal));
        Assert.DoesNotContain(_key, result.Everything, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", null)]
    [InlineData("0123456789abcdef", "gives nothing that can be used: it is shorter than 32 characters.")]
    [InlineData(null, "gives nothing that can be used: the file does not exist.")]
    public async Task Reads_the_secret_that_nonces_are_made_with(string? secret, string? wrong)
    {
        const string At = "Fabraix:Tokens:NonceSecret";
        if (secret is not null)
            _folder.Write("nonces", secret);

        var result = await Check((At, "file:" + _folder.At("nonces")), ("Fabraix:Tokens:PublicUrl", "https://proxy.example"), ("Fabraix:Tokens:Issuers:main:Dpop", "accept"));

        Assert.Equal(wrong is null ? 0 : 2, result.ExitCode);
        Assert.Contains(result.Lines, line => line.Contains(wrong is null ? $"{At}: is read." : $"{At}: {wrong}", StringComparison.Ordinal));
    }

    private async Task Refuses(string path, string why, params (string At, string Value)[] changes)
    {
        var result = await Check(changes);

        Assert.Equal(2, result.ExitCode);
        var mistake = Assert.Single(result.Lines, line => line.StartsWith("mistake", StringComparison.Ordinal));
        Assert.StartsWith($"mistake  {path}: ", mistake, StringComparison.Ordinal);
        Assert.Contains(why, mistake, StringComparison.Ordinal);
    }

    private async Task<CommandResult> Check(params (string At, string Value)[] changes)
    {
        var result = await CommandLine.RunAsync("check", "--live", "--config", Configuration(changes));
        Assert.DoesNotContain(_key, result.Everything, StringComparison.Ordinal);
        return result;
    }

    private string Configuration(params (string At, string Value)[] changes)
    {
        (string At, string Value)[] all = [(Secret, "file:" + _folder.At("key")), (Jwks, "file:" + _folder.At("jwks.json")), (Upstream, _upstream.Address.GetLeftPart(UriPartial.Authority)), .. changes];
        return _folder.Write("my.json", all.Aggregate(Sample.Good, static (json, one) => Sample.With(one.At, JsonValue.Create(one.Value).ToJsonString(), json)));
    }
}
