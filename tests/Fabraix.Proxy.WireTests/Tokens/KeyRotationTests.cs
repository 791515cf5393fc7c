using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>The provider changes its keys while users work, and while strangers make kids up.</summary>
[Collection(RunAlone.Name)]
public sealed class KeyRotationTests : IAsyncLifetime
{
    private readonly TestIssuer issuer = new TestIssuer().Serve();
    private ProxyUnderTest proxy = null!;
    private volatile Func<string> mint = null!;

    public async ValueTask InitializeAsync()
    {
        SignWith(issuer.Key);
        proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Issuer = issuer;
            setup.LogLevel = LogLevel.Warning;
            setup.Settings["Fabraix:Tokens:Issuers:main:Jwks"] = issuer.JwksUrl;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await issuer.DisposeAsync();
    }

    /// <summary>Three times, each new key published in the moment in which it begins to sign; the first two within one cool-down, so that one fetch brings both.</summary>
    [Fact]
    public async Task Fails_no_request_when_the_new_key_signs_as_soon_as_it_is_published()
    {
        await using var callers = new SteadyCallers(proxy, () => mint());
        foreach (var pause in new[] { 1000, 1000, 6500 })
        {
            // What is on trial are times: two within a cool-down, one behind it.
            await Task.Delay(pause, TestContext.Current.CancellationToken);
            SignWith(issuer.Add(TestKey.Ec()));
        }

        await callers.MoreAsync(200);
        await AssertAllGoodAsync(callers, fetches: 3);
    }

    /// <summary>As a careful provider does it: published first, then used, and the old one taken back when its tokens are gone.</summary>
    [Fact]
    public async Task Fails_no_request_when_both_keys_are_published_for_a_while()
    {
        await using var callers = new SteadyCallers(proxy, () => mint());
        var next = issuer.Add(TestKey.Rsa());
        await callers.MoreAsync(200);
        SignWith(next);
        await Bounds.UntilAsync(() => issuer.Server!.RequestCount == 2, "the fetch that brings the new key");
        issuer.Remove(issuer.Key);
        await callers.MoreAsync(200);
        await AssertAllGoodAsync(callers, fetches: 2);
    }

    /// <summary>In the middle of a flood of made-up kids a new key is good after one cool-down at most, and known ones all the time.</summary>
    [Fact]
    public async Task Is_known_within_a_cool_down_though_strangers_make_kids_up()
    {
        using var stop = new CancellationTokenSource();
        using var stranger = TestKey.Ec();
        var flood = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await AskAsync(stranger, Made.Name("made-up"));
        })));

        // Three waits in vain, and from then on kids that are made up are refused at once.
        await Bounds.UntilAsync(() => issuer.Server!.RequestCount >= 5, "the flood's fetches", TimeSpan.FromSeconds(40));
        var fresh = issuer.Add(TestKey.Ec());
        var published = TimeProvider.System.GetTimestamp();
        await Bounds.UntilAsync(
            async () =>
            {
                Assert.Equal(200, (await AskAsync(issuer.Key, issuer.Key.Kid)).Status);
                return (await AskAsync(fresh, fresh.Kid)).Status == 200;
            },
            "the new key");
        Assert.InRange(TimeProvider.System.GetElapsedTime(published), TimeSpan.Zero, TimeSpan.FromSeconds(7));

        await stop.CancelAsync();
        await flood.InTimeAsync("the flood's end");
    }

    [Fact]
    public async Task Asks_the_provider_at_most_once_in_a_cool_down_for_ten_thousand_made_up_kids()
    {
        using var stranger = TestKey.Ec();
        var started = TimeProvider.System.GetTimestamp();
        var kids = 0;
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            await using var client = await proxy.ConnectAsync();
            while (Interlocked.Increment(ref kids) <= 10_000)
                AnswerAssert.Error(await client.AskAsync(proxy.Post(token: Mint(stranger, Made.Name("made-up"))).ToString()), "token_invalid");
        })));

        var coolDowns = (int)Math.Ceiling(TimeProvider.System.GetElapsedTime(started) / TimeSpan.FromSeconds(5));
        TestContext.Current.SendDiagnosticMessage($"{issuer.Server!.RequestCount} fetches in {TimeProvider.System.GetElapsedTime(started)}");
        Assert.InRange(issuer.Server!.RequestCount, 2, 1 + coolDowns);
        Assert.Equal(0, proxy.Upstream.RequestCount);
    }

    private async Task AssertAllGoodAsync(SteadyCallers callers, int fetches)
    {
        var sent = await callers.StopAsync();
        Assert.Empty(callers.Failures);
        Assert.InRange(sent, 300, int.MaxValue);
        Assert.Equal((sent, fetches), (proxy.Upstream.RequestCount, issuer.Server!.RequestCount));
    }

    private void SignWith(TestKey key) => mint = () => Mint(key);

    private Task<RawResponse> AskAsync(TestKey key, string kid) => proxy.AskAsync(proxy.Post(token: Mint(key, kid)));

    private string Mint(TestKey key, string? kid = null) => issuer.Mint(draft =>
    {
        draft.Key = key;
        (draft.Header["kid"], draft.Header["alg"]) = (kid ?? key.Kid, key.Alg);
    });
}
