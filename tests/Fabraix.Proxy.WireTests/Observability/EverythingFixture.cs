using Fabraix.TestKit;
using Fabraix.TestKit.Redis;

namespace Fabraix.Proxy.WireTests.Observability;

/// <summary>A scrape that holds every metric with every label: the proxy has met everything that is counted.</summary>
public sealed class EverythingFixture
{
    private Task<Scrape>? scrape;

    /// <summary>Made by the first test that asks.</summary>
    internal Task<Scrape> ScrapeAsync() => scrape ??= MeetEverythingAsync();

    private static async Task<Scrape> MeetEverythingAsync()
    {
        await using var redis = await RedisServer.StartAsync();
        using var mint = new TestMint();
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Tls = true;
            setup.Settings["Fabraix:RateLimits:Store"] = redis.Store;
            setup.Settings["Fabraix:Keys:default:TrialInterval"] = "1s";
            setup.Issuer.Serve();
            mint.Into(setup);
            setup.Settings["Fabraix:Tokens:Issuers:other:Issuer"] = "https://other.example/";
            setup.Settings["Fabraix:Tokens:Issuers:other:Audiences:0"] = "a";
            setup.Settings["Fabraix:Tokens:Issuers:other:Jwks"] = setup.Issuer.JwksUrl;
        });
        var token = await mint.MintAsync(proxy);
        RequestText Post() => proxy.Post(token: token);

        await proxy.AskAsync(Post());
        await proxy.AskAsync(Post().With("X-Y", proxy.ApiKey));

        // A new key that is tried and taken, and then refused: its predecessor serves the same request.
        var second = Made.ApiKey();
        await File.WriteAllTextAsync(proxy.KeyFile + ".new", second);
        File.Move(proxy.KeyFile + ".new", proxy.KeyFile, overwrite: true);
        await Bounds.UntilAsync(async () =>
        {
            await proxy.AskAsync(Post());
            return proxy.Logs.Lines.Any(line => line.Id.Id == 1404);
        }, "the new key's promotion");
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(exchange.Request.Header("x-api-key") == second ? 401 : 200, "{}"));
        await proxy.AskAsync(Post());

        proxy.Upstream.Answer = static exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        };

        // Of several users: one alone could bring that about by themselves, and does not open the circuit.
        for (var i = 0; i < 6; i++) await proxy.AskAsync(proxy.Post(token: await mint.MintAsync(proxy, ("subject", $"user-{i}"))));
        return await Scrape.OfAsync(proxy);
    }
}
