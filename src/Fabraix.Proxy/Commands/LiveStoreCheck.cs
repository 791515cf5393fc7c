using System.Globalization;
using System.Security.Cryptography;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Redis;
using StackExchange.Redis;

namespace Fabraix.Proxy.Commands;

/// <summary>Asks the shared Redis as the proxy would, by a script that writes a key of its own and deletes it.</summary>
internal sealed class LiveStoreCheck(ProxySettings settings, Findings findings, List<string> reached)
{
    private const string Path = "Fabraix:RateLimits:Store";

    private static readonly RedisScript Try = new("redis.call('SET', KEYS[1], '', 'PX', 1000) return redis.call('ZREM', KEYS[2], '') + redis.call('PEXPIRE', KEYS[1], 0)");

    public async Task RunAsync(IConfiguration configuration)
    {
        if (settings.RateLimits.Store is null)
            return;
        await using var proxy = ProxyHost.Build(settings, configuration, new HostSeams { Logging = static _ => { } });
        if (proxy.Services.GetService<RedisPassword>() is { } password)
            await password.RefreshAsync();
        var (store, connection) = (proxy.Services.GetRequiredService<RedisStore>(), proxy.Services.GetRequiredService<RedisConnection>());
        if (!connection.IsLocked)
            await connection.RenewAsync();

        // The first time Redis learns the script, and this process the way to it.
        RedisKey[] keys = [store.Key($"check:{RandomNumberGenerator.GetHexString(16)}"), store.Key("replicas")];
        await store.ProbeAsync(Try, keys, []);
        var began = TimeProvider.System.GetTimestamp();
        var answer = await store.ProbeAsync(Try, keys, []);
        if (answer is not null)
            reached.Add(string.Create(CultureInfo.InvariantCulture, $"{Path}: answers a script that writes in {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0.0} ms."));
        else
            findings.Mistake(Path, $"cannot be used: Redis {store.Reason ?? RedisFailure.Late.Words}.", "Check address, ssl, user, StorePassword and the user's rights (docs/redis.md), and that it is a primary.");
    }
}
