using System.Text.Json.Nodes;
using Fabraix.Proxy.Tests.Configuration;
using Fabraix.TestKit;
using Fabraix.TestKit.Redis;

namespace Fabraix.Proxy.Tests.Commands;

/// <summary><c>check --live</c> of a shared Redis: it is asked as the proxy would ask, and says what is in the way.</summary>
public sealed class LiveStoreCheckTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingUpstream _upstream = RecordingUpstream.Start();

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Says_how_long_it_took_and_leaves_nothing()
    {
        await using var redis = await RedisServer.StartAsync();
        var result = await CheckAsync(redis.Store);

        Assert.Matches(@"^reached  Fabraix:RateLimits:Store: answers a script that writes in \d+\.\d ms\.$", Assert.Single(result.Lines, line => line.Contains("RateLimits", StringComparison.Ordinal)));
        Assert.Equal("", await redis.CommandAsync("KEYS", "*"));
    }

    [Fact]
    public async Task Names_an_address_where_nobody_is()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.KillAsync();

        await RefusesAsync(redis.Store, "cannot be reached");
    }

    [Fact]
    public async Task Names_a_Redis_that_only_reads()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.ReadOnlyAsync(on: true);

        await RefusesAsync(redis.Store, "");
    }

    [Fact]
    public async Task Names_a_wrong_password_and_shows_none()
    {
        var password = Made.ApiKey();
        await using var redis = await RedisServer.StartAsync(new RedisSetup { Password = Made.ApiKey() });

        var result = await RefusesAsync(redis.Store, "user or password", password);
        Assert.DoesNotContain(password, result.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_a_user_without_the_rights()
    {
        var password = Made.ApiKey();
        await using var redis = await RedisServer.StartAsync();
        await redis.CommandAsync("ACL", "SETUSER", "fabraix", "reset", "on", ">" + password, "~other:*", "+@all");

        await RefusesAsync(redis.Store + ",user=fabraix", "(NOPERM)", password);
    }

    [Fact]
    public async Task Names_a_certificate_of_nobody_who_is_trusted()
    {
        await using var redis = await RedisServer.StartAsync(new RedisSetup { Tls = true });

        await RefusesAsync($"redis:localhost:{redis.Port},ssl=true", "certificate");
        Assert.Contains("reached  Fabraix:RateLimits:Store: answers", (await CheckAsync(redis.Store)).Everything, StringComparison.Ordinal);
    }

    private async Task<CommandResult> RefusesAsync(string store, string why, string? password = null)
    {
        var result = await CheckAsync(store, password);

        Assert.Equal(2, result.ExitCode);
        var mistake = Assert.Single(result.Lines, line => line.StartsWith("mistake", StringComparison.Ordinal) && line.Contains("RateLimits", StringComparison.Ordinal));
        Assert.StartsWith("mistake  Fabraix:RateLimits:Store: cannot be used: Redis ", mistake, StringComparison.Ordinal);
        Assert.Contains(why, mistake, StringComparison.Ordinal);
        return result;
    }

    private Task<CommandResult> CheckAsync(string store, string? password = null)
    {
        var limits = new JsonObject { ["Store"] = store };
        if (password is not null)
            limits["StorePassword"] = "file:" + _folder.Write("redis-password", password);
        (string At, JsonNode Value)[] all =
        [
            ("Fabraix:Keys:default:Secret", "file:" + _folder.Write("api-key", Made.ApiKey())),
            ("Fabraix:Upstream:Address", _upstream.Address.GetLeftPart(UriPartial.Authority)),
            ("Fabraix:RateLimits", limits),
        ];
        return CommandLine.RunAsync("check", "--live", "--config", _folder.Write("my.json", all.Aggregate(Sample.Good, static (json, one) => Sample.With(one.At, one.Value.ToJsonString(), json))));
    }
}
