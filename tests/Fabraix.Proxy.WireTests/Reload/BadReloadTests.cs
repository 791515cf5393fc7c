using Fabraix.Proxy.Telemetry;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Reload;

/// <summary>A configuration with one thing wrong changes nothing at all, however good the rest of it is, and the reason is named.</summary>
public sealed class BadReloadTests : IAsyncLifetime
{
    private const string Other = "https://other.example";

    private ProxyUnderTest proxy = null!;

    public async ValueTask InitializeAsync() => proxy = await ProxyUnderTest.StartAsync(setup => setup.Reloads = true);

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    [Theory]
    [InlineData("Fabraix:Routes:event:Scope", "", "Fabraix:Routes:event:Scope")]
    [InlineData("Fabraix:Routes:event:Path", "/v1//event", "Fabraix:Routes:event:Path")]
    [InlineData("Fabraix:Routes:event:Key", "none", "Fabraix:Routes:event:Key: names no entry")]
    [InlineData("Fabraix:Tokens:Issuers:main:Algorithms:0", "none", "Fabraix:Tokens:Issuers:main:Algorithms:0")]
    [InlineData("Fabraix:Tokens:Issuers:main:Jwks", "file:/nowhere/jwks.json", "issuer main: ")]
    [InlineData("Fabraix:Tokens:MaxLifetim", "10m", "Did you mean MaxLifetime?")]
    [InlineData("Fabraix:RateLimits:PerUser:PerMinute", "0", "Fabraix:RateLimits:PerUser:PerMinute")]
    [InlineData("Fabraix:Keys:default:Secret", "file:/nowhere/api-key", "key default: the file does not exist")]
    [InlineData("Fabraix:Upstream:Address", "https://api.example", "Fabraix:Upstream:Address: needs a restart.")]
    [InlineData("Fabraix:Management:Url", "http://127.0.0.1:1", "Fabraix:Management:Url: needs a restart.")]
    [InlineData("Fabraix:RateLimits:Store", "redis:127.0.0.1:1", "Fabraix:RateLimits:Store: needs a restart.")]
    [InlineData("Kestrel:Endpoints:Main:Url", "http://127.0.0.1:1", "Kestrel:Endpoints:Main:Url: needs a restart.")]
    [InlineData("Fabriax:Routes", "x", "Did you mean Fabraix?")]
    public async Task Is_refused_whole(string path, string value, string reason)
    {
        await proxy.ChangeAsync(settings => (settings[path], settings["Fabraix:Browser:Origins:0"]) = (value, Other));

        var reasons = await proxy.RefusalsAsync();
        Assert.Contains(reasons, told => told.Contains(reason, StringComparison.Ordinal));
        await AsBeforeAsync();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"Fabraix\": {\"Routes\": null}}")]
    public async Task Is_refused_where_it_is_no_configuration(string text)
    {
        await proxy.ChangeAsync(text);

        Assert.NotEmpty(await proxy.RefusalsAsync());
        await AsBeforeAsync();
    }

    [Fact]
    public async Task Is_refused_with_every_mistake_at_once_and_without_a_value()
    {
        await proxy.ChangeAsync(settings =>
        {
            settings["Fabraix:Keys:default:Secret"] = proxy.ApiKey;
            settings["Fabraix:Browser:Origins:0"] = "https://other.example/";
        });

        var reasons = await proxy.RefusalsAsync();
        Assert.Equal(2, reasons.Count);
        Assert.DoesNotContain(reasons, reason => reason.Contains(proxy.ApiKey, StringComparison.Ordinal));
        await AsBeforeAsync();
    }

    [Fact]
    public async Task Is_refused_once_in_the_log_however_often_it_is_read_and_a_good_one_follows()
    {
        await proxy.ChangeAsync("{");
        await proxy.RefusalsAsync();
        await proxy.ChangeAsync("{");
        await proxy.AcceptAsync(settings => settings["Fabraix:Browser:Origins:0"] = Other);

        Assert.Single(Changes.Told(proxy, EventIds.ConfigurationRefused));
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post().With("Origin", Other))).Status);
    }

    private async Task AsBeforeAsync()
    {
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post().With("Origin", ProxyUnderTest.Origin))).Status);
        Assert.Equal(403, (await proxy.AskAsync(proxy.Post().With("Origin", Other))).Status);
        var ready = await proxy.ManageAsync("/healthz/ready");
        Assert.Equal(200, ready.Status);
        Assert.Contains("configuration: what the files hold since", ready.Text, StringComparison.Ordinal);
    }
}
