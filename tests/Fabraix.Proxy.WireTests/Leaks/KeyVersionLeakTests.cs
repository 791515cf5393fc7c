using Fabraix.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>Every version that the upstream might accept is guarded in answers, wherever it is in its life; in requests those that are or were in use.</summary>
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

            proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
            var asked = proxy.Upstream.RequestCount;
            var isInUse = state == "draining" || key == proxy.ApiKey;
            Assert.Equal(isInUse, (await proxy.AskAsync(proxy.Post(body: $"[\"{Uri.EscapeDataString(key)}\"]"))).Status == 400);
            Assert.Equal(isInUse, asked == proxy.Upstream.RequestCount);
        }
    }

    [Theory]
    [InlineData(503)]
    [InlineData(401)]
    public async Task Lets_requests_pass_that_hold_a_value_which_nothing_has_proven(int wordOfUpstream)
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Keys:default:TrialInterval"] = "1h");
        var host = proxy.Address.Authority;
        proxy.Upstream.Answer = exchange => exchange.Request.Header("x-api-key") == host
            ? exchange.SendAsync(UpstreamAnswer.Json(wordOfUpstream, "{}"))
            : RecordingUpstream.DefaultAnswer(exchange);
        await File.WriteAllTextAsync(proxy.KeyFile + ".new", host, TestContext.Current.CancellationToken);
        File.Move(proxy.KeyFile + ".new", proxy.KeyFile, overwrite: true);
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1403), "the candidate");
        await proxy.AskAsync(proxy.Post());

        for (var i = 0; i < 5; i++) Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        Assert.DoesNotContain(proxy.Logs.Lines, line => line.Id.Id == 1501);
    }
}
