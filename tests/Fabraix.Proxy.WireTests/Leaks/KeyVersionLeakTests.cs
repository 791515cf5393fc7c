using Fabraix.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>Every version that the upstream might accept is guarded, wherever it is in its life: in answers and in requests.</summary>
public sealed class KeyVersionLeakTests
{
    [Theory]
    [InlineData("candidate", 503, 1403)]
    [InlineData("draining", 200, 1404)]
    [InlineData("dropped", 401, 1405)]
    [InlineData("dropped", 403, 1405)]
    public async Task Guards_the_version_that_is(string state, int wordOfUpstream, int eventId)
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.ApiKey = Made.OddApiKey();
            setup.Settings["Fabraix:Keys:default:TrialInterval"] = "1h";
            setup.Settings["Fabraix:Keys:default:RefreshInterval"] = "1s";
            setup.LogLevel = LogLevel.Information;
        });
        var second = Made.OddApiKey();
        await File.WriteAllTextAsync(proxy.KeyFile + ".new", second, TestContext.Current.CancellationToken);
        File.Move(proxy.KeyFile + ".new", proxy.KeyFile, overwrite: true);
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1403), "the candidate");

        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(exchange.Request.Header("x-api-key") == second ? wordOfUpstream : 200, "{}"));
        await proxy.AskAsync(proxy.Post());
        Assert.Contains(proxy.Logs.Lines, line => line.Id.Id == eventId);

        foreach (var key in new[] { second, proxy.ApiKey })
        {
            var count = await new EchoRun(proxy, key).AssertNoLeakAsync(
                from form in new KeyForms(key).All
                from cut in Enumerable.Range(0, form.Text.Length)
                where cut % 8 == 0
                select new EchoCase($"{state}, {form.Name}, cut at {cut}", (Framing)(cut / 8 % 3), "{", form.Text[..cut], form.Text[cut..]));
            Assert.InRange(count, 200, int.MaxValue);

            var asked = proxy.Upstream.RequestCount;
            Assert.Equal(400, (await proxy.AskAsync(proxy.Post(body: $"[\"{Uri.EscapeDataString(key)}\"]"))).Status);
            Assert.Equal(asked, proxy.Upstream.RequestCount);
        }
    }
}
