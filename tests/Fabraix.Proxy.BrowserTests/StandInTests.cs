using System.Text.Json;
using Fabraix.Sandbox;
using Fabraix.Sandbox.StandIn;

namespace Fabraix.Proxy.BrowserTests;

/// <summary>The stand-in answers as the real API is documented; asked directly, without the proxy.</summary>
public sealed class StandInTests : IAsyncLifetime
{
    private RunningSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() =>
        _sandbox = await SandboxHost.StartAsync(SandboxOptions.AnyPorts, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("sandbox_made_up")]
    public async Task Answers_401_without_a_key_it_knows(string? key)
    {
        var (status, body) = await PostAsync("/v1/event", key, Bodies.Event);
        Assert.Equal(401, status);
        Assert.Equal(
            """{"error":{"message":"Invalid API key provided","type":"authentication_error","code":"invalid_api_key"}}""",
            body.GetRawText());
    }

    [Fact]
    public async Task Answers_401_as_soon_as_a_key_is_revoked()
    {
        var key = _sandbox.Keys.Create(KeyType.Production);
        Assert.Equal(200, (await PostAsync("/v1/event", key.Value, Bodies.Event)).Status);
        key.Revoke();
        Assert.Equal(401, (await PostAsync("/v1/event", key.Value, Bodies.Event)).Status);
    }

    [Fact]
    public async Task Answers_403_where_a_restricted_key_does_not_name_the_operation()
    {
        var key = _sandbox.Keys.Create(KeyType.Restricted, operations: ["event"]);
        Assert.Equal(200, (await PostAsync("/v1/event", key.Value, Bodies.Event)).Status);

        var (status, body) = await PostAsync("/v1/check", key.Value, Bodies.Check);
        Assert.Equal(403, status);
        Assert.Equal(
            """{"error":{"message":"API key does not have permission for this operation","type":"authorization_error","code":"insufficient_permissions"}}""",
            body.GetRawText());
    }

    [Fact]
    public async Task Answers_429_with_the_wait_in_the_body_when_the_keys_limit_is_reached()
    {
        var key = _sandbox.Keys.Create(KeyType.Enterprise, new(2, null));
        for (var i = 0; i < 2; i++)
            Assert.Equal(200, (await PostAsync("/v1/event", key.Value, Bodies.Event)).Status);

        var (status, body) = await PostAsync("/v1/event", key.Value, Bodies.Event);
        Assert.Equal(429, status);
        var error = body.GetProperty("error");
        Assert.Equal("rate_limit_error", error.GetProperty("type").GetString());
        Assert.InRange(error.GetProperty("retry_after").GetInt32(), 1, 60);
        Assert.False(error.TryGetProperty("code", out _));
    }

    [Fact]
    public void Knows_the_documented_limits_of_each_type()
    {
        Assert.Equal(new KeyLimits(60, 1_000), KeyLimits.Of(KeyType.Development));
        Assert.Equal(new KeyLimits(600, 10_000), KeyLimits.Of(KeyType.Production));
    }

    [Theory]
    [InlineData("/v1/event", "[]")]
    [InlineData("/v1/event", "{")]
    [InlineData("/v1/event", """{"event_type":"user"}""")]
    [InlineData("/v1/event", """{"event_type":"surprise","trace_id":"6f1c4a52-31c4-4d0e-9d4a-1f6d4ec0f0aa","timestamp":1.5,"content":"{}","schema":"{}"}""")]
    [InlineData("/v1/event", """{"event_type":"user","trace_id":"nobody","timestamp":1.5,"content":"{}","schema":"{}"}""")]
    [InlineData("/v1/event", """{"event_type":"user","trace_id":"6f1c4a52-31c4-4d0e-9d4a-1f6d4ec0f0aa","timestamp":"1.5","content":"{}","schema":"{}"}""")]
    [InlineData("/v1/event", """{"event_type":"user","trace_id":"6f1c4a52-31c4-4d0e-9d4a-1f6d4ec0f0aa","timestamp":1.5,"content":"not json","schema":"{}"}""")]
    [InlineData("/v1/event", """{"event_type":"user","event_type":"user","trace_id":"6f1c4a52-31c4-4d0e-9d4a-1f6d4ec0f0aa","timestamp":1.5,"content":"{}","schema":"{}"}""")]
    [InlineData("/v1/check", """{"event_type":"user","trace_id":"6f1c4a52-31c4-4d0e-9d4a-1f6d4ec0f0aa","timestamp":1.5,"content":"{}","schema":"{}"}""")]
    [InlineData("/v1/register-agent-run", """{"agent_id":"6f1c4a52-31c4-4d0e-9d4a-1f6d4ec0f0aa","timestamp":"yesterday","system_prompt":"x"}""")]
    [InlineData("/v1/register-agent-run", """{"agent_id":"6f1c4a52-31c4-4d0e-9d4a-1f6d4ec0f0aa","timestamp":"2026-01-02T03:04:05Z"}""")]
    public async Task Answers_400_to_a_body_that_is_not_as_documented(string path, string body)
    {
        var (status, answer) = await PostAsync(path, _sandbox.ProxyKey.Current!.Value, body);
        Assert.Equal(400, status);
        Assert.Equal("invalid_request_error", answer.GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Answers_the_documented_fields_to_good_requests()
    {
        var key = _sandbox.ProxyKey.Current!.Value;
        Assert.Equal(["trace_id", "timestamp"], Names((await PostAsync("/v1/register-agent-run", key, Bodies.Run)).Body));
        Assert.Equal(["event_id", "timestamp"], Names((await PostAsync("/v1/event", key, Bodies.Event)).Body));
        Assert.Equal(
            ["is_safe", "reasoning", "action_check_id", "timestamp"], Names((await PostAsync("/v1/check", key, Bodies.Check)).Body));
    }

    [Fact]
    public async Task Answers_404_elsewhere()
    {
        var key = ("x-api-key", _sandbox.ProxyKey.Current!.Value);
        Assert.Equal(404, (await Terminal.AskAsync("GET", $"{_sandbox.Addresses.Upstream}/v1/event", null, key)).Status);
        Assert.Equal(404, (await Terminal.AskAsync("POST", $"{_sandbox.Addresses.Upstream}/v1/keys", "{}", key)).Status);
    }

    [Fact]
    public async Task Masks_every_key_in_what_it_remembers_wherever_it_stands()
    {
        var key = _sandbox.ProxyKey.Current!;
        var headers = new[] { ("x-api-key", key.Value), ("x-note", $"my key is {key.Value}"), ("x-request-id", "masked-1") };
        await Terminal.AskAsync("POST", $"{_sandbox.Addresses.Upstream}/v1/event?k={key.Value}", $"\"{key.Value}\"", headers);

        var seen = Assert.Single(_sandbox.Seen.ById("masked-1"));
        var all = $"{seen.Path}\n{string.Join('\n', seen.Headers.Select(h => h.Value))}\n{seen.Body}";
        Assert.DoesNotContain(key.Value, all, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(key.Masked, seen.Headers.Single(h => h.Name == "x-api-key").Value);
    }

    private static string[] Names(JsonElement body) => [.. body.EnumerateObject().Select(p => p.Name)];

    private Task<(int Status, JsonElement Body)> PostAsync(string path, string? key, string body) =>
        Terminal.AskAsync("POST", _sandbox.Addresses.Upstream + path, body, key is null ? [] : [("x-api-key", key)]);
}
