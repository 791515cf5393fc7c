using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Fabraix.Proxy.WireTests.Program;
using Fabraix.Proxy.WireTests.Publish;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stop;

/// <summary>One of two replicas is killed every five seconds under load, for a minute: only what it had under way is lost, and it is back within two seconds.</summary>
[Collection(RunWhenPublished.Name)]
public sealed class KillTests(ProgramFixture fixture) : IClassFixture<ProgramFixture>, IAsyncLifetime
{
    private const int Connections = 32;
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(2);

    private readonly TcpBalancer balancer = new();
    private readonly ProxyProcess?[] replicas = new ProxyProcess?[2];
    private readonly ConcurrentQueue<Failure> failures = new();
    private readonly List<Kill> kills = [];
    private int answered;

    public ValueTask InitializeAsync()
    {
        fixture.Upstream.Forget();
        fixture.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await balancer.DisposeAsync();
        foreach (var replica in replicas) await replica!.DisposeAsync();
    }

    [Fact]
    public async Task Loses_only_what_was_under_way_and_is_back_within_two_seconds()
    {
        // The program as the image holds it, where tests/run has built that anyway.
        using var native = Environment.GetEnvironmentVariable(NativeBuild.Begun) is { Length: > 0 } ? await NativeBuild.OfTheseSourcesAsync(TestContext.Current.CancellationToken) : null;
        var (program, arguments) = native is null ? ("dotnet", [typeof(ProxyHost).Assembly.Location]) : (native.Program.FullName, Array.Empty<string>());
        for (var replica = 0; replica < replicas.Length; replica++) await StartAsync(replica, program, arguments);
        using var end = new CancellationTokenSource(Lasts);
        var posting = Enumerable.Range(0, Connections).Select(_ => Task.Run(() => PostAsync(end.Token))).ToArray();

        using var clock = new PeriodicTimer(Every);
        for (var turn = 0; await clock.WaitForNextTickAsync(CancellationToken.None) && !end.IsCancellationRequested; turn++)
        {
            var replica = turn % replicas.Length;
            var killed = replicas[replica]!;
            kills.Add(new Kill(replica, Stopwatch.GetTimestamp()));
            await killed.SignalAsync("KILL");
            await killed.EndAsync();
            var began = Stopwatch.GetTimestamp();
            await StartAsync(replica, program, arguments);
            kills[^1] = kills[^1] with { Back = Stopwatch.GetElapsedTime(began) };
            await killed.DisposeAsync();
        }

        await Task.WhenAll(posting).InTimeAsync("the last answers");
        Console.WriteLine($"Killed every {Every.TotalSeconds:0} s: {answered} answers, {kills.Count} kills, {failures.Count} requests lost, back after {kills.Max(kill => kill.Back).TotalMilliseconds:0} ms at most.");

        Assert.InRange(kills.Count, 11, 12);
        Assert.All(kills, kill => Assert.InRange(kill.Back, TimeSpan.Zero, BackWithin));
        Assert.InRange(answered, 1000, int.MaxValue);
        Assert.All(failures, failure => Assert.Contains(kills, kill => kill.Explains(failure)));
    }

    private async Task StartAsync(int replica, string program, string[] arguments)
    {
        replicas[replica] = await ProxyProcess.StartAsync(program, arguments, fixture.Variables(
            ("Fabraix__RateLimits__PerUser__PerMinute", "10000000"), ("Fabraix__RateLimits__PerUser__PerHour", "10000000"),
            ("Fabraix__Keys__default__Quota__PerMinute", "10000000"), ("Fabraix__Keys__default__Quota__PerHour", "10000000"),
            ("Logging__LogLevel__Fabraix.Proxy.Telemetry", "Warning")));
        await Bounds.UntilAsync(() => IsReadyAsync(replicas[replica]!), "readiness");
        balancer.Add(replica, replicas[replica]!.Address);
    }

    private async Task PostAsync(CancellationToken end)
    {
        var request = RequestText.Post("/v1/check", balancer.Address.Authority, fixture.Issuer.Mint()).ToString();
        while (!end.IsCancellationRequested)
        {
            await using var client = await RawClient.ConnectAsync(balancer.Address);
            try
            {
                while (!end.IsCancellationRequested && await PostAsync(client, request)) await Task.Delay(Pause, CancellationToken.None);
            }
            catch (SocketException)
            {
                // The goodbye of a connection that is gone.
            }
        }
    }

    private async Task<bool> PostAsync(RawClient client, string request)
    {
        var began = Stopwatch.GetTimestamp();
        string what;
        try
        {
            var answer = await client.AskAsync(request);
            if (answer.Status == 200)
            {
                Interlocked.Increment(ref answered);
                return true;
            }
            what = answer.ToString();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            what = e.Message;
        }
        failures.Enqueue(new Failure(balancer.ReplicaOf(client.LocalPort), began, Stopwatch.GetTimestamp(), what));
        return false;
    }

    private static async Task<bool> IsReadyAsync(ProxyProcess program)
    {
        await using var client = await RawClient.ConnectAsync(program.Management);
        return (await client.AskAsync(new RequestText("GET", "/healthz/ready").With("Host", client.Host).ToString())).Status == 200;
    }

    private sealed record Failure(int Replica, long Sent, long Seen, string What);

    /// <summary>A kill explains the requests that the killed replica had under way, and those that were sent before its connections were seen to be closed.</summary>
    private sealed record Kill(int Replica, long At)
    {
        private static readonly TimeSpan Noticed = TimeSpan.FromMilliseconds(500);

        public TimeSpan Back { get; init; }

        public bool Explains(Failure failure) =>
            failure.Replica == Replica && Stopwatch.GetElapsedTime(At, failure.Seen) is var after && after >= TimeSpan.Zero && after < Noticed + Noticed && Stopwatch.GetElapsedTime(At, failure.Sent) < Noticed;
    }
}
