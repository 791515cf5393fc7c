using System.Text.Json.Nodes;
using Fabraix.Proxy.Tests.Configuration;
using Fabraix.Proxy.Tests.Tokens;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Commands;

public sealed class ExplainCommandTests : IAsyncLifetime
{
    private static readonly string[] BeforeToken = ["tripwire", "framing", "target", "host", "route", "preflight", "origin", "in flight", "address limit"];

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingUpstream _network = RecordingUpstream.Start();
    private readonly string _config;

    public ExplainCommandTests()
    {
        var json = Sample.With("Fabraix:Upstream:Address", $"\"{_network.Address.GetLeftPart(UriPartial.Authority)}\"");
        _config = _folder.Write("my.json", Sample.With("Fabraix:Tokens:Issuers:main:Jwks", $"\"{_network.Address}jwks.json\"", json));
        _folder.Write("jwks.json", Jose.Jwks(Jose.Jwk("ES256")));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Whatever a test asked: nothing of it went over the network.</summary>
    public async ValueTask DisposeAsync()
    {
        Assert.Equal(0, _network.ConnectionCount);
        _folder.Dispose();
        await _network.DisposeAsync();
    }

    [Fact]
    public async Task Would_forward_what_every_step_passes()
    {
        var result = await Explain("POST", "/v1/event", Now.Token(), "--origin", "https://app.example.com", "--jwks", Keys());

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal([.. BeforeToken, "token", "scope", "user in flight", "user limit", "body", "circuit", "key", "key quota", "forward"], result.Lines.Select(Step));
        Assert.Equal($"forward        would go to {_network.Address.GetLeftPart(UriPartial.Authority)}/v1/event as route event", result.Lines[^1]);
    }

    [Fact]
    public async Task Cannot_decide_without_the_issuers_keys()
    {
        var result = await Explain("POST", "/v1/event", Now.Token());

        Assert.Equal((4, ""), (result.ExitCode, result.Error));
        Assert.Contains(result.Lines, line => line.StartsWith("token          signature: not judged", StringComparison.Ordinal));
        Assert.Equal("forward        not decidable offline", result.Lines[^1]);
    }

    [Fact]
    public async Task Answers_a_preflight_itself()
    {
        var file = _folder.Write("request.txt", "OPTIONS /v1/event HTTP/1.1\nHost: localhost\nOrigin: https://app.example.com\nAccess-Control-Request-Method: POST\n\n");

        var result = await CommandLine.RunAsync("explain", "--config", _config, "--request", file);

        Assert.Equal((0, "preflight"), (result.ExitCode, Step(result.Lines[^1])));
    }

    [Theory]
    [InlineData("POST", "/v1/event?limit=1", null, "target", "400 invalid_request_target")]
    [InlineData("POST", "/v1//event", null, "target", "400 invalid_request_target")]
    [InlineData("POST", "", null, "target", "400 invalid_request_target")]
    [InlineData("POST", "/v1/other", null, "route", "404 route_not_found")]
    [InlineData("GET", "/v1/event", null, "route", "405 method_not_allowed")]
    [InlineData("post", "/v1/event", null, "route", "405 method_not_allowed")]
    [InlineData("POST", "/v1/event", "https://evil.example", "origin", "403 origin_not_allowed")]
    [InlineData("OPTIONS", "/v1/event", "https://app.example.com", "route", "405 method_not_allowed")]
    public async Task Names_the_step_that_would_refuse_before_the_token(string method, string path, string? origin, string step, string error)
    {
        var result = await Explain(method, path, Now.Token(), [.. origin is null ? Array.Empty<string>() : ["--origin", origin], "--jwks", Keys()]);

        WouldRefuse(step, error, result);
    }

    [Fact]
    public async Task Names_the_token_that_is_missing() =>
        WouldRefuse("token", "401 token_missing", await CommandLine.RunAsync("explain", "--config", _config, "--method", "POST", "--path", "/v1/event"));

    [Theory]
    [InlineData("not.a.token", "401 token_invalid")]
    [InlineData("two words", "401 token_invalid")]
    public async Task Names_the_token_that_is_none(string token, string error) => WouldRefuse("token", error, await Explain("POST", "/v1/event", token));

    [Fact]
    public async Task Says_of_a_token_without_its_keys_what_can_be_said()
    {
        WouldRefuse("token", "401 token_expired", await Explain("POST", "/v1/event", Now.Token(claims => (claims["iat"], claims["exp"]) = (Now.Seconds - 700, Now.Seconds - 600))));
        WouldRefuse("token", "401 token_invalid (token: audience is another)", await Explain("POST", "/v1/event", Now.Token(claims => claims["aud"] = "other")));
        WouldRefuse("scope", "403 insufficient_permissions", await Explain("POST", "/v1/event", Now.Token(claims => claims["scope"] = "check:write")));
    }

    [Fact]
    public async Task Names_the_scope_that_is_missing() =>
        WouldRefuse("scope", "403 insufficient_permissions (scope: one of the route's scopes is missing)", await Explain("POST", "/v1/event", Now.Token(claims => claims["scope"] = "check:write"), "--jwks", Keys()));

    [Fact]
    public async Task Refuses_a_forged_token()
    {
        using var stranger = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);

        WouldRefuse("token", "401 token_invalid (token: signature does not hold)", await Explain("POST", "/v1/event", Now.Token(key: stranger), "--jwks", Keys()));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Reads_a_request_from_a_file_whatever_its_line_ends(string newline)
    {
        var result = await ExplainFile(Lines(newline, "POST /v1/event HTTP/1.1", "Host: localhost", $"Authorization: Bearer {Now.Token()}", "Content-Type: application/json", "Origin: https://app.example.com", "", "{\"a\": 1}"));

        Assert.Equal((0, "forward"), (result.ExitCode, Step(result.Lines[^1])));
    }

    [Theory]
    [InlineData("body", "415 unsupported_media_type", "Content-Type: text/plain")]
    [InlineData("body", "415 unsupported_media_type", "Content-Type: application/json", "Content-Encoding: gzip")]
    [InlineData("framing", "400 invalid_header", "Content-Type: application/json", "Content-Length: 1", "Content-Length: 2")]
    [InlineData("framing", "400 invalid_header", "Content-Type: application/json", "Content-Length: 2", "Transfer-Encoding: chunked")]
    [InlineData("framing", "400 invalid_header", "Content-Type: application/json", "Transfer-Encoding: gzip")]
    [InlineData("framing", "400 invalid_header", "Content-Type: application/json", "X_Under: 1")]
    [InlineData("origin", "403 cross_site_request", "Content-Type: application/json", "Sec-Fetch-Site: cross-site")]
    public async Task Judges_the_headers_of_a_file(string step, string error, params string[] headers) =>
        WouldRefuse(step, error, await ExplainFile(Lines("\n", ["POST /v1/event HTTP/1.1", "Host: localhost", $"Authorization: Bearer {Now.Token()}", .. headers, "", "{}"])));

    [Theory]
    [InlineData("Accept: */*")]
    [InlineData("Content-Length: 262145")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Judges_the_size_of_a_files_body(string framing) =>
        WouldRefuse("body", "413 body_too_large", await ExplainFile(Lines("\n", "POST /v1/event HTTP/1.1", "Host: localhost", $"Authorization: Bearer {Now.Token()}", "Content-Type: application/json", framing, "", new string('1', 262145))));

    [Theory]
    [InlineData("Content-Length: 2")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Takes_a_body_however_it_is_framed(string framing) =>
        Assert.Equal(0, (await ExplainFile(Lines("\n", "POST /v1/event HTTP/1.1", "Host: localhost", $"Authorization: Bearer {Now.Token()}", "Content-Type: application/json", framing, "", "{}"))).ExitCode);

    [Theory]
    [InlineData("{}", "It is not a JWK Set")]
    [InlineData("no JSON", "It is not JSON")]
    public async Task Cannot_decide_with_configured_keys_that_are_none_and_says_why(string jwks, string why)
    {
        var config = _folder.Write("file.json", Sample.With("Fabraix:Tokens:Issuers:main:Jwks", $"\"file:{_folder.Write("jwks.json", jwks)}\""));

        var result = await CommandLine.RunAsync("explain", "--config", config, "--method", "POST", "--path", "/v1/event", "--token", Now.Token());

        Assert.Equal(4, result.ExitCode);
        Assert.Contains(result.Lines, line => line.StartsWith($"token          signature: not judged (keys of issuer main: {why}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("POST /v1/event\nHost: localhost\n\n")]
    [InlineData("POST /v1/event HTTP/1.1\nno colon\n\n")]
    [InlineData("POST /v1/event HTTP/1.1\n: no name\n\n")]
    [InlineData("POST /v1/event HTTP/1.1\nContent-Length: many\n\n")]
    public async Task Refuses_a_file_that_holds_no_request(string text)
    {
        var result = await ExplainFile(text);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("--request: ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Set --request FILE, or --method M and --path P.")]
    [InlineData("Set --request FILE, or --method M and --path P.", "--method", "POST")]
    [InlineData("Set --request FILE, or --method M and --path P.", "--path", "/v1/event")]
    [InlineData("--request: nowhere.txt does not exist.", "--request", "nowhere.txt")]
    [InlineData("--request: ", "--request", "")]
    [InlineData("--jwks: set ISSUER=FILE, where ISSUER is one of main.", "--method", "POST", "--path", "/v1/event", "--jwks", "jwks.json")]
    [InlineData("--jwks: set ISSUER=FILE, where ISSUER is one of main.", "--method", "POST", "--path", "/v1/event", "--jwks", "other=jwks.json")]
    [InlineData("--jwks: set ISSUER=FILE, where ISSUER is one of main.", "--method", "POST", "--path", "/v1/event", "--jwks", "main=")]
    [InlineData("--jwks: nowhere.json does not exist.", "--method", "POST", "--path", "/v1/event", "--jwks", "main=nowhere.json")]
    public async Task Refuses_arguments_that_say_too_little(string says, params string[] args)
    {
        var result = await CommandLine.RunAsync(["explain", "--config", _config, .. args]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(says, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_bad_configuration()
    {
        var file = _folder.Write("bad.json", Sample.With("Fabraix:Upstream:Timeout", "\"30\""));

        var result = await CommandLine.RunAsync("explain", "--config", file, "--method", "POST", "--path", "/v1/event");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("Fabraix:Upstream:Timeout", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Never_repeats_the_token()
    {
        var token = Now.Token(claims => claims["sub"] = "somebody");

        var result = await Explain("POST", "/v1/event", token, "--jwks", Keys());

        Assert.DoesNotContain("somebody", result.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.'), part => result.Everything.Contains(part, StringComparison.Ordinal));
    }

    private static void WouldRefuse(string step, string error, CommandResult result)
    {
        Assert.Equal((3, ""), (result.ExitCode, result.Error));
        Assert.Equal((step, true), (Step(result.Lines[^1]), result.Lines[^1].Contains($"refuse: {error}", StringComparison.Ordinal)));
        Assert.DoesNotContain(result.Lines.SkipLast(1), line => line.Contains("refuse", StringComparison.Ordinal));
    }

    private static string Step(string line) => line[..Math.Min(15, line.Length)].TrimEnd();

    private static string Lines(string newline, params string[] lines) => string.Join(newline, lines);

    private string Keys() => $"main={_folder.At("jwks.json")}";

    private Task<CommandResult> Explain(string method, string path, string token, params string[] more) =>
        CommandLine.RunAsync(["explain", "--config", _config, "--method", method, "--path", path, "--token", token, .. more]);

    private Task<CommandResult> ExplainFile(string text) =>
        CommandLine.RunAsync("explain", "--config", _config, "--request", _folder.Write("request.txt", text), "--jwks", Keys());

    /// <summary>Commands look at the real clock.</summary>
    private static class Now
    {
        public static long Seconds => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        public static string Token(Action<JsonObject>? change = null, System.Security.Cryptography.AsymmetricAlgorithm? key = null) => Jose.Token(
            claims =>
            {
                (claims["iat"], claims["exp"]) = (Seconds - 60, Seconds + 240);
                change?.Invoke(claims);
            },
            key: key);
    }
}
