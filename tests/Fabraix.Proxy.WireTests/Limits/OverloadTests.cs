using System.Globalization;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Limits;

/// <summary>Four times as much as can be done, for half a minute. The program runs in a process of its own, so that its memory is its own.</summary>
public sealed class OverloadTests
{
    private const int Places = 200;
    private const int Usual = Places / 4;
    private const long MostGrowth = 48 * 1024 * 1024;

    // Long beside the stalls of a busy machine. So many places for a second each: as many requests a second can be done.
    private static readonly TimeSpan ServiceTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Does_what_it_can_while_four_times_as_much_is_asked_and_is_itself_again_at_once()
    {
        await using var upstream = RecordingUpstream.Start();
        var (now, most) = (0, 0);
        upstream.Answer = async exchange =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Delay(ServiceTime);
            Interlocked.Decrement(ref now);
            await RecordingUpstream.DefaultAnswer(exchange);
        };
        await using var issuer = new TestIssuer();
        await using var proxy = await ProxyProcess.StartAsync(Variables(upstream, issuer));
        using var loop = new OpenLoop(proxy.Address, [.. Enumerable.Range(0, 50).Select(i => issuer.Mint(draft => draft.Claim("sub", $"user-{i}")))]);

        // First what is done once: compiling, connecting.
        await loop.RunAsync(Places / 10, TimeSpan.FromSeconds(2));
        var before = await loop.RunAsync(Usual, TimeSpan.FromSeconds(3));
        Assert.All(before, outcome => Assert.Equal(200, outcome.Status));
        var (done, running) = (upstream.RequestCount, loop.RunAsync(Places * 4, Load));
        await Bounds.UntilAsync(() => upstream.RequestCount - done >= Places * Load.TotalSeconds / 3, "a third of what can be done");
        var memory = Resident(proxy);
        var during = await running;
        var growth = Resident(proxy) - memory;
        var after = await loop.RunAsync(Usual, Recovery + TimeSpan.FromSeconds(1));

        var (usual, loaded, recovered) = (P99(before), P99(during.Where(outcome => outcome.Admitted)), P99(after.Where(outcome => outcome.Due >= Recovery)));
        var goodput = during.Count(outcome => outcome.Admitted && outcome.Ended <= Load) / Load.TotalSeconds;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"goodput {goodput:0.0}/s of {Places}/s, offered {during.Count / Load.TotalSeconds:0}/s; p99 {usual.TotalSeconds:0.00} s, loaded {loaded.TotalSeconds:0.00} s, after {recovered.TotalSeconds:0.00} s; growth {growth / 1024.0 / 1024:0.0} MiB; refused in {P99(during.Where(outcome => !outcome.Admitted)).TotalMilliseconds:0} ms (p99)"));
        Assert.InRange(most, 1, Places);
        Assert.True(goodput >= 0.8 * Places, $"goodput {goodput:0.0}/s");
        Assert.True(loaded < 3 * usual, $"p99 {loaded} instead of {usual}");
        Assert.All(during.Where(outcome => !outcome.Admitted), AssertOverloaded);
        Assert.All(after.Where(outcome => outcome.Due >= Recovery), outcome => Assert.Equal(200, outcome.Status));
        Assert.True(recovered < 3 * usual, $"p99 {recovered} instead of {usual}");
        Assert.True(growth < MostGrowth, $"memory grew by {growth} bytes");
    }

    private static void AssertOverloaded(Outcome outcome)
    {
        Assert.Equal(503, outcome.Status);
        Assert.Contains("\"code\":\"overloaded\"", outcome.Body, StringComparison.Ordinal);
        Assert.InRange(outcome.RetryAfter ?? 0, 1, 3);
    }

    private static TimeSpan P99(IEnumerable<Outcome> outcomes)
    {
        var times = outcomes.Select(outcome => outcome.Took).Order().ToArray();
        return times[(int)(times.Length * 0.99)];
    }

    private static long Resident(ProxyProcess proxy) =>
        long.Parse(File.ReadLines($"/proc/{proxy.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;

    private static Dictionary<string, string> Variables(RecordingUpstream upstream, TestIssuer issuer) => new()
    {
        ["FABRAIX_API_KEY"] = Made.ApiKey(),
        ["Fabraix__Upstream__Address"] = upstream.Address.GetLeftPart(UriPartial.Authority),
        ["Fabraix__Tokens__Issuers__main__Issuer"] = issuer.Name,
        ["Fabraix__Tokens__Issuers__main__Audiences__0"] = issuer.Audience,
        ["Fabraix__Tokens__Issuers__main__Jwks"] = "file:" + issuer.JwksFile,
        ["Fabraix__Keys__default__Quota__PerMinute"] = "1000000",
        ["Fabraix__Keys__default__Quota__PerHour"] = "1000000",
        ["Fabraix__RateLimits__PerUser__PerMinute"] = "1000000",
        ["Fabraix__RateLimits__InFlight__Total"] = Places.ToString(CultureInfo.InvariantCulture),
        ["Fabraix__RateLimits__InFlight__PerUser"] = Places.ToString(CultureInfo.InvariantCulture),
        ["Logging__LogLevel__Fabraix.Proxy.Telemetry.RequestLogMiddleware"] = "Warning",
    };
}
