using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Secrets;

/// <summary>Has a secret read again: see <see cref="Follower"/>. Its store may tell of changes.</summary>
internal sealed class SecretFollower(SecretReader reader, TimeProvider time)
{
    /// <summary>Calls <paramref name="read"/>, which says how long the store wants to be left alone, until it is cancelled.</summary>
    public Task FollowAsync(SecretReference secret, TimeSpan interval, Func<Task<TimeSpan?>> read, CancellationToken stopping) =>
        Follower.FollowAsync(reader.Watching(secret) is { } store ? (changed, stop) => store.WatchAsync(secret, changed, stop) : null, interval, read, time, stopping);
}
