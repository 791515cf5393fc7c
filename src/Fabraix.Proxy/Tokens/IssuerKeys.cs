using System.Collections.Frozen;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Tokens;

/// <summary>What a look-up of a kid found.</summary>
internal readonly record struct KeyLookup(SigningKey? Key, bool NeverFetched);

/// <summary>
/// One issuer's signing keys: the last good set stays until a newer good one is there. An unknown kid asks the source once
/// more within the same request, together with all others that wait, at most once per cool-down.
/// </summary>
internal sealed partial class IssuerKeys(IssuerOptions issuer, KeyFetcher fetcher, TimeProvider time, ILogger<IssuerKeys> log)
{
    /// <summary>How often keys are fetched again: within this time a removed key stops working.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CoolDownWhileEmpty = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private FrozenDictionary<string, SigningKey>? _keys;
    private Task? _refresh;
    private DateTimeOffset _lastAttempt = DateTimeOffset.MinValue;
    private string _leftOut = "";

    /// <summary>How many keys can verify now.</summary>
    public int Count => Volatile.Read(ref _keys)?.Count ?? 0;

    /// <summary>What went wrong at the last fetch, or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether this very key is in the set now.</summary>
    public bool Holds(SigningKey key) => Volatile.Read(ref _keys) is { } keys && keys.TryGetValue(key.KeyId, out var now) && ReferenceEquals(now, key);

    public async ValueTask<KeyLookup> FindAsync(string keyId, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _keys) is { } keys && keys.TryGetValue(keyId, out var key))
            return new KeyLookup(key, NeverFetched: false);

        await RefreshUnlessCoolAsync().WaitAsync(cancellation);
        keys = Volatile.Read(ref _keys);
        return new KeyLookup(keys?.GetValueOrDefault(keyId), NeverFetched: keys is null);
    }

    /// <summary>Fetches now; waits for a fetch that is under way instead of starting another.</summary>
    public Task RefreshAsync()
    {
        lock (_gate)
        {
            if (_refresh is { IsCompleted: false } running)
                return running;
            _lastAttempt = time.GetUtcNow();
            return _refresh = Task.Run(FetchAsync);
        }
    }

    private Task RefreshUnlessCoolAsync()
    {
        lock (_gate)
        {
            if (_refresh is { IsCompleted: false } running)
                return running;
            var coolDown = Count == 0 ? CoolDownWhileEmpty : CoolDown;
            return time.GetUtcNow() - _lastAttempt < coolDown ? Task.CompletedTask : RefreshAsync();
        }
    }

    private async Task FetchAsync()
    {
        try
        {
            var json = await fetcher.FetchAsync(issuer, CancellationToken.None);
            var (keys, leftOut) = JwksReader.Read(json, issuer);
            Volatile.Write(ref _keys, keys.ToFrozenDictionary(key => key.KeyId, StringComparer.Ordinal));
            if (Failure is not null)
                Log.Recovered(log, issuer.Name);
            Failure = null;
            LogLeftOut(string.Join("; ", leftOut));
        }
        catch (Exception e)
        {
            // The last good set stays: an outage of the provider is not one of ours, and nothing that it publishes, foreseen or not, may stop
            // the proxy or the refreshing.
            Failure = e is InvalidDataException ? e.Message : Reason(e);
            Log.FetchFailed(log, issuer.Name, Failure, Count);
        }
    }

    private void LogLeftOut(string leftOut)
    {
        if (leftOut.Length > 0 && leftOut != _leftOut)
            Log.LeftOut(log, issuer.Name, leftOut);
        _leftOut = leftOut;
    }

    private static string Reason(Exception e) => e switch
    {
        OperationCanceledException => "The key source did not answer within 5 s.",
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown } => e.Message,
        HttpRequestException http => $"The key source could not be reached ({http.HttpRequestError}).",
        IOException or UnauthorizedAccessException => $"The key file could not be read ({e.GetType().Name}).",
        _ => $"The key set could not be understood ({e.GetType().Name}).",
    };

    private static partial class Log
    {
        [LoggerMessage(EventIds.IssuerKeysFailed, LogLevel.Warning, "Signing keys of issuer {Issuer} could not be refreshed: {Reason} {Count} keys of the last good set stay in use.")]
        public static partial void FetchFailed(ILogger logger, string issuer, string reason, int count);

        [LoggerMessage(EventIds.IssuerKeysRecovered, LogLevel.Information, "Signing keys of issuer {Issuer} are fresh again.")]
        public static partial void Recovered(ILogger logger, string issuer);

        [LoggerMessage(EventIds.IssuerKeysLeftOut, LogLevel.Warning, "Keys of issuer {Issuer} that are not used: {LeftOut}.")]
        public static partial void LeftOut(ILogger logger, string issuer, string leftOut);
    }
}
