using System.Globalization;
using System.Text;
using Fabraix.Proxy.WireTests.Keys;
using Fabraix.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fabraix.Proxy.WireTests.Reload;

/// <summary>The configuration changes while 64 clients post without a pause: nobody notices.</summary>
[Collection(RunAlone.Name)]
public sealed class ReloadUnderLoadTests
{
    private const int Reloads = 20;

    [Fact]
    public async Task Loses_nothing_over_twenty_reloads()
    {
        await using var other = new TestIssuer(name: "https://other.example/");
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Reloads = true;
            setup.LogLevel = LogLevel.Information;
            setup.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(200, Encoding.UTF8.GetString(exchange.Request.Body)));
        });
        await using var traffic = new Traffic(proxy, connections: 64);

        for (var i = 1; i <= Reloads; i++)
        {
            var before = traffic.Answered;
            var next = $"{proxy.KeyFile}-{i}";
            await File.WriteAllTextAsync(next, Made.ApiKey(), TestContext.Current.CancellationToken);
            await proxy.AcceptAsync(settings => Change(settings, i, other, next));
            await Bounds.UntilAsync(() => traffic.Answered > before + 300, "traffic after a reload");
        }

        var sent = await traffic.StopAsync();
        Assert.Empty(traffic.Failures);
        Assert.InRange(sent, Reloads * 300, int.MaxValue);
        Console.WriteLine($"Reload under load: {sent} requests, {Reloads} reloads, {traffic.Failures.Count} failures.");
    }

    /// <summary>In turn of each kind, and nothing that the traffic's own requests must not pass.</summary>
    private static void Change(Dictionary<string, string?> settings, int i, TestIssuer other, string keyFile)
    {
        var number = i.ToString(CultureInfo.InvariantCulture);
        switch (i % 5)
        {
            case 0:
                settings["Fabraix:Routes:event:Path"] = "/v1/event-" + number;
                break;
            case 1:
                settings["Fabraix:Browser:Origins:1"] = $"https://app-{number}.example";
                break;
            case 2:
                settings["Fabraix:RateLimits:PerUser:PerMinute"] = "1000000" + number;
                break;
            case 3:
                settings["Fabraix:Tokens:Issuers:other:Issuer"] = settings.ContainsKey("Fabraix:Tokens:Issuers:other:Issuer") ? other.Name + number : other.Name;
                settings["Fabraix:Tokens:Issuers:other:Audiences:0"] = "fabraix-proxy";
                settings["Fabraix:Tokens:Issuers:other:Jwks"] = "file:" + other.JwksFile;
                break;
            default:
                settings["Fabraix:Keys:default:Secret"] = "file:" + keyFile;
                break;
        }
    }
}
