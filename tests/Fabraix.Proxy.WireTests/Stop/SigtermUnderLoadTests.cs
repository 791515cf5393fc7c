using Fabraix.Proxy.WireTests.Program;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stop;

/// <summary>The program is told to stop while 64 clients post without a pause: nobody is refused, cut off or answered by half.</summary>
[Collection(RunAlone.Name)]
public sealed class SigtermUnderLoadTests(ProgramFixture fixture) : IClassFixture<ProgramFixture>
{
    private const int Runs = 20;
    private const int Connections = 64;

    // Long enough that half an answer would be seen.
    private static readonly string Answer = $"\"{new string('a', 16 * 1024)}\"";

    [Fact]
    public async Task Loses_nothing_over_twenty_runs()
    {
        var (failures, answered) = (new List<string>(), 0);
        for (var run = 0; run < Runs; run++)
        {
            fixture.Upstream.Forget();
            fixture.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(200, Answer));
            await using var program = await ProxyProcess.StartAsync(fixture.Variables(
                ("Fabraix__Stop__DrainDelay", "1s"), ("Fabraix__RateLimits__PerUser__PerMinute", "10000000"), ("Fabraix__RateLimits__PerUser__PerHour", "10000000"),
                ("Fabraix__Keys__default__Quota__PerMinute", "10000000"), ("Fabraix__Keys__default__Quota__PerHour", "10000000"), ("Logging__LogLevel__Default", "Warning"),
                ("Logging__LogLevel__Fabraix.Proxy", "Information"), ("Logging__LogLevel__Fabraix.Proxy.Telemetry", "Warning")));
            var traffic = new BalancedTraffic(program, RequestText.Post("/v1/check", program.Address.Authority, fixture.Issuer.Mint()), Answer, Connections);
            await Bounds.UntilAsync(() => traffic.Answered > 10 * Connections, "traffic");

            var code = await program.TerminateAsync();
            await traffic.EndAsync();
            Assert.Equal(0, code);
            Assert.InRange(traffic.Closed, 1, int.MaxValue);
            answered += traffic.Answered;
            failures.AddRange(traffic.Failures);
        }

        Console.WriteLine($"SIGTERM under load: {Runs} runs, {answered} answers, {failures.Count} failures.");
        Assert.Empty(failures.CountBy(static failure => failure));
    }
}
