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

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

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

        if (await AskAsync(store, connection) is { } took)
            reached.Add(string.Create(CultureInfo.InvariantCulture, $"{Path}: answers a script that writes in {took.TotalMilliseconds:0.0} ms."));
        else
            findings.Mistake(Path, $"cannot be used: Redis {store.Reason ?? RedisFailure.Late.Words}.", "Check address, ssl, user, StorePassword and the user's rights (docs/redis.md), and that it is a primary.");
    }

    private static async Task<TimeSpan?> AskAsync(RedisStore store, RedisConnection connection)
    {
        RedisKey[] keys = [store.Key($"check:{RandomNumberGenerator.GetHexString(16)}"), store.Key("replicas")];
        var (began, learned) = (TimeProvider.System.GetTimestamp(), false);
        while (true)
        {
            var asked = TimeProvider.System.GetTimestamp();
            var answer = await store.ProbeAsync(Try, keys, []);

            // The first time Redis learns the script, and this process the way to it.
            if (answer is not null && learned)
                return TimeProvider.System.GetElapsedTime(asked);
            learned |= answer is not null;
            if (answer is null && (IsClear(store, connection) || TimeProvider.System.GetElapsedTime(began) > Longest))
                return null;
            if (answer is null)
                await Task.Delay(Again);
        }
    }

    /// <summary>Whether it is known what is in the way. Why a connection failed the library may tell with its next attempt only.</summary>
    private static bool IsClear(RedisStore store, RedisConnection connection) =>
        connection.IsLocked || (store.Reason is { } reason && reason != RedisFailure.Late.Words && (connection.IsConnected ? reason.EndsWith(')') : !reason.StartsWith(RedisFailure.NotReached, StringComparison.Ordinal) && reason != RedisState.NotYet));
}
