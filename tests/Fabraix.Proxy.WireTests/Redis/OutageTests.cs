using System.Collections.Concurrent;
using Fabraix.TestKit;
using Fabraix.TestKit.Redis;
using Xunit;

namespace Fabraix.Proxy.WireTests.Redis;

/// <summary>What a caller notices of a Redis that is away: nothing. What an operator notices: readiness and the log say so, and say when it is over.</summary>
[Collection(RunAlone.Name)]
public sealed class OutageTests
{
    public static TheoryData<string> Outages() => ["killed", "suspended", "read-only", "out of memory", "asks for a password", "flushed"];

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task Costs_no_caller_an_answer_and_ends_within_five_seconds(string outage)
    {
        await using var replicas = await Replicas.StartAsync(mint: false);
        var (statuses, stop) = (new ConcurrentQueue<int>(), new CancellationTokenSource());
        var callers = replicas.All.Select((_, i) => CallAsync(replicas, i, statuses, stop.Token)).ToList();

        await AnswersAsync();
        await BeginAsync(outage, replicas.Redis);
        await AnswersAsync();
        if (outage != "flushed") await replicas.UntilAsync(back: false);
        await AnswersAsync();
        await EndAsync(outage, replicas.Redis);
        await replicas.UntilAsync(back: true);
        await AnswersAsync();
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.All(statuses, status => Assert.Equal(200, status));

        Task AnswersAsync()
        {
            var before = statuses.Count;
            return Bounds.UntilAsync(() => statuses.Count >= before + 12, "twelve more answers");
        }
    }

    [Fact]
    public async Task Is_named_as_degraded_and_never_as_unready()
    {
        await using var replicas = await Replicas.StartAsync(mint: false);
        Assert.Null(await Replicas.ProblemAsync(replicas[0]));
        await replicas.Redis.KillAsync();
        await replicas.UntilAsync(back: false);

        Assert.Matches(@"^store: Redis cannot be reached \(\w+\); each replica counts and remembers by itself \(since 20.*Z\)$", await Replicas.ProblemAsync(replicas[0]));
        var metrics = (await replicas[0].Proxy.ManageAsync("/metrics")).Text;
        Assert.Matches("(?m)^fabraix_proxy_store_up\\{[^}]*\\} 0", metrics);
        Assert.Matches("(?m)^fabraix_proxy_store_replicas\\{[^}]*\\} 3", metrics);
        Assert.Contains("fabraix_outcome=\"answered\"", metrics, StringComparison.Ordinal);
    }

    /// <summary>Bound requests, each with a proof of its own: each asks Redis.</summary>
    private static async Task CallAsync(Replicas replicas, int replica, ConcurrentQueue<int> statuses, CancellationToken stop)
    {
        var token = replicas[0].Token();
        while (!stop.IsCancellationRequested) statuses.Enqueue((await replicas[replica].AskAsync(token, replicas[0].Proof(token))).Status);
    }

    private static async Task BeginAsync(string outage, RedisServer redis)
    {
        switch (outage)
        {
            case "killed": await redis.KillAsync(); break;
            case "suspended": await redis.SuspendAsync(); break;
            case "read-only": await redis.ReadOnlyAsync(on: true); break;
            case "out of memory": await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1"); break;
            case "asks for a password":
                var password = Made.ApiKey();
                await redis.CommandAsync("ACL", "SETUSER", "default", "resetpass", ">" + password);
                await redis.CommandAsync("--pass", password, "--no-auth-warning", "CLIENT", "KILL", "TYPE", "normal");
                break;
            default: await redis.FlushAsync(); break;
        }
    }

    private static async Task EndAsync(string outage, RedisServer redis)
    {
        switch (outage)
        {
            case "killed": await redis.RestartAsync(); break;
            case "suspended": await redis.ResumeAsync(); break;
            case "read-only": await redis.ReadOnlyAsync(on: false); break;
            case "out of memory": await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0"); break;
            case "asks for a password": await redis.RestartAsync(); break;
            default: break;
        }
    }
}
