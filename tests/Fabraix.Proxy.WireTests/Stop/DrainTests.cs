using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fabraix.Proxy.WireTests.Program;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stop;

/// <summary>The program from the first signal to its end.</summary>
public sealed class DrainTests(ProgramFixture fixture) : IClassFixture<ProgramFixture>
{
    [Fact]
    public async Task Serves_on_during_the_delay_with_readiness_off_and_ends_each_connection()
    {
        fixture.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        await using var program = await ProxyProcess.StartAsync(fixture.Variables(("Fabraix__Stop__DrainDelay", "2s")));
        await using var idle = await RawClient.ConnectAsync(program.Address);
        var request = RequestText.Post("/v1/check", idle.Host, fixture.Issuer.Mint()).ToString();
        Assert.False((await idle.AskAsync(request)).Closes);

        await program.SignalAsync("TERM");
        await Bounds.UntilAsync(async () => (await ReadyAsync(program)).Status == 503, "readiness off");

        Assert.Contains("\"stopping\"", (await ReadyAsync(program)).Text, StringComparison.Ordinal);
        Assert.Equal((200, true), Told(await idle.AskAsync(request)));
        Assert.Empty(await idle.ReceiveToCloseAsync());
        Assert.Equal((200, true), Told(await fixture.AskAsync(program)));
        Assert.Equal(0, await program.EndAsync());

        static (int, bool) Told(RawResponse answer) => (answer.Status, answer.Closes);
    }

    [Fact]
    public async Task Cuts_what_is_still_under_way_when_the_grace_is_over()
    {
        var asked = Hang();
        await using var program = await ProxyProcess.StartAsync(fixture.Variables(("Fabraix__Stop__Grace", "1s")));
        await using var client = await AskAsync(program, asked);

        var began = Stopwatch.GetTimestamp();
        var code = await program.TerminateAsync();

        Assert.Equal(0, code);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(15));
        Assert.Null(await client.TryReceiveAsync());
    }

    [Theory]
    [InlineData("60s", "30s")] // within the delay
    [InlineData("0s", "60s")] // within the grace
    public async Task Ends_at_once_with_the_second_signal(string delay, string grace)
    {
        var asked = Hang();
        await using var program = await ProxyProcess.StartAsync(fixture.Variables(("Fabraix__Stop__DrainDelay", delay), ("Fabraix__Stop__Grace", grace)));
        await using var client = await AskAsync(program, asked);

        await program.SignalAsync("TERM");
        await Bounds.UntilAsync(() => program.Lines.Any(line => line.Contains("Stopping: readiness is off", StringComparison.Ordinal)), "the first signal");
        await program.SignalAsync(HeedsInterrupts() ? "INT" : "TERM");

        Assert.Equal(0, await program.EndAsync());
        Assert.Contains(program.Lines, line => line.Contains("A second signal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ends_well_where_the_second_signal_comes_while_a_collector_keeps_the_end()
    {
        using var hole = new TcpListener(IPAddress.Loopback, 0);
        hole.Start();
        await using var program = await ProxyProcess.StartAsync(fixture.Variables(("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{hole.LocalEndpoint}")));
        var ending = program.EndAsync();
        while (!ending.IsCompleted)
        {
            await program.SignalAsync("TERM");
            await Task.WhenAny(ending, Task.Delay(300, TestContext.Current.CancellationToken));
        }

        Assert.Equal(0, await ending);
    }

    [Fact]
    public async Task Ends_well_where_the_signal_comes_before_the_start_has_ended()
    {
        using var hole = new TcpListener(IPAddress.Loopback, 0);
        hole.Start();
        await using var program = ProxyProcess.Begin("dotnet", [typeof(ProxyHost).Assembly.Location], fixture.Variables(("Fabraix__Tokens__Issuers__main__Jwks", $"http://{hole.LocalEndpoint}/jwks.json")));
        using var fetching = await hole.AcceptTcpClientAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync("the fetch of the keys");

        Assert.Equal(0, await program.TerminateAsync());
    }

    private TaskCompletionSource Hang()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Upstream.Answer = async exchange =>
        {
            asked.TrySetResult();
            await exchange.Gone;
        };
        return asked;
    }

    private async Task<RawClient> AskAsync(ProxyProcess program, TaskCompletionSource asked)
    {
        var client = await RawClient.ConnectAsync(program.Address);
        await client.SendAsync(RequestText.Post("/v1/check", client.Host, fixture.Issuer.Mint()).ToString());
        await asked.Task.InTimeAsync("the request at the upstream");
        return client;
    }

    private static async Task<RawResponse> ReadyAsync(ProxyProcess program)
    {
        await using var client = await RawClient.ConnectAsync(program.Management);
        return await client.AskAsync(new RequestText("GET", "/healthz/ready").With("Host", client.Host).ToString());
    }

    /// <summary>A shell has what it puts into the background ignore SIGINT, and so does all that is started there.</summary>
    private static bool HeedsInterrupts()
    {
        const string Ignored = "SigIgn:";
        const ulong Interrupt = 1 << (2 - 1);
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(Ignored, StringComparison.Ordinal));
        return (ulong.Parse(line.AsSpan(Ignored.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) == 0;
    }
}
