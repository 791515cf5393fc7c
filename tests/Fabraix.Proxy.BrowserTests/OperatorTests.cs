using Fabraix.Sandbox;

namespace Fabraix.Proxy.BrowserTests;

/// <summary>The operator's endpoint, and who may not use it.</summary>
public sealed class OperatorTests : IAsyncLifetime
{
    private RunningSandbox _sandbox = null!;

    private string Admin => _sandbox.Addresses.Admin;

    public async ValueTask InitializeAsync() =>
        _sandbox = await SandboxHost.StartAsync(SandboxOptions.AnyPorts, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task A_key_is_shown_once_when_it_is_made_and_masked_ever_after()
    {
        var (status, made) = await Terminal.AskAsync("POST", $"{Admin}/keys", """{"type":"restricted","operations":["event"]}""");
        Assert.Equal(201, status);
        var value = made.GetProperty("key").GetString()!;
        Assert.Equal(value, _sandbox.Keys.ById(made.GetProperty("id").GetString()!)!.Value);

        var (_, list) = await Terminal.AskAsync("GET", $"{Admin}/keys");
        Assert.DoesNotContain(value, list.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(2, list.GetProperty("keys").GetArrayLength());
    }

    [Fact]
    public async Task A_key_can_be_handed_to_the_proxy_and_another_revoked()
    {
        var (_, made) = await Terminal.AskAsync("POST", $"{Admin}/keys");
        var id = made.GetProperty("id").GetString()!;
        Assert.Equal(204, (await Terminal.AskAsync("POST", $"{Admin}/keys/{id}/use")).Status);
        Assert.Equal(204, (await Terminal.AskAsync("DELETE", $"{Admin}/keys/key-001")).Status);

        Assert.Equal(id, _sandbox.ProxyKey.Current!.Id);
        Assert.True(_sandbox.Keys.ById("key-001")!.Revoked);
        Assert.Equal(404, (await Terminal.AskAsync("DELETE", $"{Admin}/keys/key-999")).Status);
    }

    [Theory]
    [InlineData("/keys", "POST", """{"type":"Restricted"}""")]
    [InlineData("/keys", "POST", """{"type":"Restricted","operations":["everything"]}""")]
    [InlineData("/keys", "POST", """{"type":"Golden"}""")]
    [InlineData("/keys", "POST", """{"typ":"Development"}""")]
    [InlineData("/keys", "POST", """{"per_minute":0}""")]
    [InlineData("/misbehaviour", "PUT", """{"mode":"rude"}""")]
    [InlineData("/misbehaviour", "PUT", "{}")]
    public async Task A_mistaken_order_is_refused_and_explained(string path, string method, string body)
    {
        var (status, answer) = await Terminal.AskAsync(method, Admin + path, body);
        Assert.Equal(400, status);
        Assert.NotEmpty(answer.GetProperty("error").GetProperty("message").GetString()!);
        Assert.Single(_sandbox.Keys.All);
    }

    [Fact]
    public async Task Misbehaviour_ends_after_the_ordered_number_of_requests()
    {
        await Terminal.AskAsync("PUT", $"{Admin}/misbehaviour", """{"mode":"error","requests":2}""");
        var statuses = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            var key = ("x-api-key", _sandbox.ProxyKey.Current!.Value);
            statuses.Add((await Terminal.AskAsync("POST", $"{_sandbox.Addresses.Upstream}/v1/event", Bodies.Event, key)).Status);
        }

        Assert.Equal([500, 500, 200], statuses);
    }

    [Theory]
    [InlineData("Origin", "http://localhost:3000")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    public async Task A_browser_is_refused_whatever_page_it_shows(string header, string value)
    {
        var (status, _) = await Terminal.AskAsync("POST", $"{Admin}/keys", "{}", (header, value));
        Assert.Equal(403, status);
        Assert.Single(_sandbox.Keys.All);
    }

    [Fact]
    public async Task A_name_that_was_made_to_point_at_this_machine_is_refused()
    {
        var a = _sandbox.Addresses;
        foreach (var part in new[] { a.Admin, a.Issuer, a.Upstream, a.Page, a.Foreign })
            Assert.Equal(400, (await Terminal.AskAsync("GET", $"{part}/", null, ("Host", "attacker.example"))).Status);
    }

    [Theory]
    [InlineData("http://127.0.0.1:3001")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task The_pages_buttons_work_for_the_page_alone(string? origin)
    {
        var headers = origin is null ? [] : new[] { ("Origin", origin) };
        var (status, _) = await Terminal.AskAsync("POST", $"{_sandbox.Addresses.Page}/operator/revoke-key", null, headers);
        Assert.Equal(403, status);
        Assert.False(_sandbox.ProxyKey.Current!.Revoked);
    }
}
