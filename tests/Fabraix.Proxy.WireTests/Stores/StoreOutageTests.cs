using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>A store that is out of order, before the proxy has ever read it and afterwards. One stands for all: the contract says that they come to the same.</summary>
public sealed class StoreOutageTests : IAsyncLifetime
{
    private readonly TestClock time = new();
    private readonly string key = Made.ApiKey();
    private readonly string name = Made.Name("outage");
    private StoreFake store = null!;
    private Action<ProxySetup> leadTo = null!;

    public static TheoryData<string> Faults => [.. Enum.GetNames<FaultKind>().Where(kind => kind != nameof(FaultKind.None))];

    public async ValueTask InitializeAsync()
    {
        (store, var context) = await VaultSubject.StartAsync();
        store.Put(name, key);
        leadTo = setup =>
        {
            setup.Time = time;
            setup.Stores = context;
            setup.Settings["Fabraix:Keys:default:Secret"] = store.Reference(name);
        };
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task At_the_start_means_not_ready_and_503_until_it_is_over(string kind)
    {
        await store.SetFaultAsync(new Fault(Enum.Parse<FaultKind>(kind)));
        var starting = ProxyUnderTest.StartAsync(leadTo);
        if (kind == nameof(FaultKind.Hang)) await GiveUpAsync();
        await using var proxy = await starting;

        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "key_unavailable");
        Assert.Equal(0, proxy.Upstream.ConnectionCount);
        var ready = await proxy.ManageAsync("/healthz/ready");
        Assert.Equal(503, ready.Status);
        Assert.Contains("key default: ", ready.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await proxy.ManageAsync("/healthz/live")).Status);

        await store.SetFaultAsync(Fault.None);
        await PassUntilAsync(async () => (await proxy.AskAsync(proxy.Post())).Status == 200, "an answer with the key");
        Assert.True(proxy.Upstream.Requests[0].Header("x-api-key") == key, "x-api-key is not the key that is in the store");
        Assert.Equal("""{"status":"ready","degraded":[]}""", (await proxy.ManageAsync("/healthz/ready")).Text);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Afterwards_means_the_last_good_key_and_an_alarm(string kind)
    {
        await using var proxy = await ProxyUnderTest.StartAsync(leadTo);
        await store.SetFaultAsync(new Fault(Enum.Parse<FaultKind>(kind)));
        await PassUntilAsync(() => Task.FromResult(proxy.Logs.Lines.Any(line => line.Id.Id == 1401)), "a word about the outage");

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        Assert.True(proxy.Upstream.Requests[^1].Header("x-api-key") == key, "x-api-key is not the last good key");
        var ready = await proxy.ManageAsync("/healthz/ready");
        Assert.Equal(200, ready.Status);
        Assert.Contains("degraded\",", ready.Text, StringComparison.Ordinal);
        Assert.Contains("fabraix_proxy_key_age_seconds", (await proxy.ManageAsync("/metrics")).Text, StringComparison.Ordinal);

        await store.SetFaultAsync(Fault.None);
        await PassUntilAsync(() => Task.FromResult(proxy.Logs.Lines.Any(line => line.Id.Id == 1402)), "the end of the outage");
        Assert.Equal("""{"status":"ready","degraded":[]}""", (await proxy.ManageAsync("/healthz/ready")).Text);
    }

    [Fact]
    public async Task Longer_than_the_last_good_key_may_be_kept_means_503()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            leadTo(setup);
            setup.Settings["Fabraix:Keys:default:KeepLastGood"] = "10m";
        });
        await store.SetFaultAsync(Fault.ServerError);
        await PassUntilAsync(() => Task.FromResult(proxy.Logs.Lines.Any(line => line.Id.Id == 1401)), "a word about the outage");
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);

        time.Advance(TimeSpan.FromMinutes(11));
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "key_unavailable");
        Assert.Equal(503, (await proxy.ManageAsync("/healthz/ready")).Status);
    }

    /// <summary>Lets the bound of a reading pass that waits for its answer.</summary>
    private async Task GiveUpAsync()
    {
        await Bounds.UntilAsync(() => store.Hanging > 0, "a reading that waits");
        time.Advance(TimeSpan.FromSeconds(10));
    }

    /// <summary>Lets intervals pass, and the bounds of readings in them, until something has happened.</summary>
    private Task PassUntilAsync(Func<Task<bool>> condition, string what) => Bounds.UntilAsync(
        async () =>
        {
            if (await condition()) return true;
            time.Advance(TimeSpan.FromSeconds(15));
            return false;
        },
        what);
}
