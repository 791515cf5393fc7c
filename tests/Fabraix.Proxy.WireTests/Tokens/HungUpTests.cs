using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>Requests wait for an issuer's keys in a bounded number of places: who has hung up takes none.</summary>
public sealed class HungUpTests
{
    [Fact]
    public async Task A_client_that_leaves_while_its_key_is_looked_for_gives_its_place_back_at_once()
    {
        var time = new TestClock();
        await using var proxy = await KeySources.StartAsync(time, "url");
        var asked = new TaskCompletionSource();
        proxy.Issuer.Server!.Answer = exchange =>
        {
            asked.TrySetResult();
            return exchange.Gone;
        };
        time.Advance(TimeSpan.FromSeconds(5));
        using var unknown = TestKey.Ec();
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post(token: proxy.Issuer.Mint(draft =>
        {
            draft.Key = unknown;
            (draft.Header["kid"], draft.Header["alg"]) = (unknown.Kid, unknown.Alg);
        })).ToString());
        await asked.Task.InTimeAsync("the look for the key");

        client.Abort();

        // The clock stands still: neither the fetch nor the wait for it ends by itself.
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1100), "the access line");
        Assert.Contains("client_closed", Assert.Single(proxy.Logs.Lines, line => line.Id.Id == 1100).Message, StringComparison.Ordinal);
    }
}
