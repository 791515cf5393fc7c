using System.Diagnostics;
using System.Text.Json;
using Fabraix.Proxy.WireTests.Tokens;
using Fabraix.TestKit;
using Fabraix.TestKit.Redis;
using Xunit;

namespace Fabraix.Proxy.WireTests.Redis;

/// <summary>Three proxies as one deployment has them: the same issuer, the same upstream, the same Redis.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private readonly List<DpopProxy> all = [];
    private readonly TestMint? mint;
    private readonly Action<ProxySetup>? change;
    private readonly TimeProvider time;
    private readonly Stopwatch clock = Stopwatch.StartNew();

    private Replicas(RedisServer redis, TestMint? mint, Action<ProxySetup>? change, TimeProvider time) => (Redis, this.mint, this.change, this.time) = (redis, mint, change, time);

    public RedisServer Redis { get; }

    public IReadOnlyList<DpopProxy> All => all;

    public DpopProxy this[int index] => all[index];

    /// <param name="mint">Whether tokens come from a mint, which can take them back; else from an issuer that binds them to keys.</param>
    /// <param name="change">Changes each.</param>
    /// <param name="prepare">What is done with Redis before any starts.</param>
    /// <param name="time">A clock that stands, where an answer that comes late on a busy machine must not count as none.</param>
    public static async Task<Replicas> StartAsync(bool mint, Action<RedisServer, ProxySetup>? change = null, Func<RedisServer, Task>? prepare = null, TimeProvider? time = null)
    {
        var redis = await RedisServer.StartAsync();
        if (prepare is not null) await prepare(redis);
        var replicas = new Replicas(redis, mint ? new TestMint() : null, setup => change?.Invoke(redis, setup), time ?? TimeProvider.System);
        for (var i = 0; i < 3; i++) await replicas.AddAsync();
        return replicas;
    }

    /// <summary>Starts one more.</summary>
    public async Task<DpopProxy> AddAsync(bool withoutMint = false)
    {
        var replica = await DpopProxy.StartAsync(time, change: setup =>
        {
            setup.Settings["Fabraix:RateLimits:Store"] = Redis.Store;
            if (all.Count > 0) (setup.Issuer, setup.Upstream) = (all[0].Proxy.Issuer, all[0].Proxy.Upstream);
            if (!withoutMint) mint?.Into(setup);
            change?.Invoke(setup);
        });
        all.Add(replica);
        return replica;
    }

    /// <summary>A token of the mint's, which every replica knows.</summary>
    public Task<string> MintAsync(string subject) => mint!.MintAsync(all[0].Proxy, ("subject", subject));

    public Task<MintAnswer> RevokeAsync(int replica, string form) =>
        mint!.SendAsync(all[replica].Proxy, "/revoke", form, request => request.Headers.Authorization = TestMint.Basic(TestMint.Revoker, mint.RevokerSecret));

    /// <summary>Sends it again after 503, as a client must (RFC 7009 section 2.2.1).</summary>
    public async Task<MintAnswer> RevokedAsync(int replica, string form)
    {
        MintAnswer? answer = null;
        await Bounds.UntilAsync(async () => (answer = await RevokeAsync(replica, form)).Status != 503, "a revocation");
        Assert.Equal(200, answer!.Status);
        return answer;
    }

    public static async Task<int> StatusAsync(DpopProxy replica, string token) => (await replica.Proxy.AskAsync(replica.Proxy.Post(token: token))).Status;

    /// <summary>Within the second that is promised, every replica refuses the token.</summary>
    public async Task AssertRefusedEverywhereAsync(string token)
    {
        var began = clock.Elapsed;
        foreach (var replica in all) await Bounds.UntilAsync(async () => await StatusAsync(replica, token) == 401, "a revoked token to be refused", TimeSpan.FromSeconds(1));
        Assert.True(clock.Elapsed - began < TimeSpan.FromSeconds(1), $"a revocation took {clock.Elapsed - began}");
    }

    /// <summary>What a replica says of the store; null where nothing is amiss.</summary>
    public static async Task<string?> ProblemAsync(DpopProxy replica)
    {
        var answer = await replica.Proxy.ManageAsync("/healthz/ready");
        Assert.Equal(200, answer.Status);
        using var json = JsonDocument.Parse(answer.Text);
        return json.RootElement.GetProperty("degraded").EnumerateArray().Select(one => one.GetString()).FirstOrDefault(one => one!.StartsWith("store: ", StringComparison.Ordinal));
    }

    public async Task UntilAsync(bool back, TimeSpan? within = null)
    {
        foreach (var replica in all) await Bounds.UntilAsync(async () => await ProblemAsync(replica) is null == back, back ? "Redis to be back" : "Redis to be away", within ?? TimeSpan.FromSeconds(5));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in all.AsEnumerable().Reverse()) await replica.DisposeAsync();
        mint?.Dispose();
        await Redis.DisposeAsync();
    }
}
