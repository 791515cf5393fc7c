using System.Collections.Concurrent;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Tokens;

/// <summary>One issuer's last good set: it stays until a newer good one is there, or it is older than KeepLastGood; but a key that the provider lists no more never stays. One fetch runs at a time.</summary>
internal sealed partial class LastGoodKeys(IssuerOptions issuer, KeyFetcher fetcher, TimeProvider time, ILogger log)
{
    private readonly ConcurrentDictionary<string, long> _outcomes = new(StringComparer.Ordinal);
    private volatile KeySet? _last;
    private string _leftOut = "";
    private string _withdrawn = "";

    /// <summary>The set, while it may be used. What the mint handed over has no age. Otherwise time alone ends it: no fetch that never ends keeps it alive.</summary>
    public KeySet? Current => _last is { } last && (issuer.Keys.IsMint || time.GetElapsedTime(last.FetchedAt) <= issuer.KeepLastGood) ? last : null;

    /// <summary>Time since the source last gave a good set, used or not; null where it never did, and for the mint's.</summary>
    public TimeSpan? Age => _last is { } last && !issuer.Keys.IsMint ? time.GetElapsedTime(last.FetchedAt) : null;

    /// <summary>Fetches by what they came to: <c>good</c>, or a word of <see cref="KeySourceFailure"/>.</summary>
    public IEnumerable<KeyValuePair<string, long>> Outcomes => _outcomes;

    /// <summary>What went wrong at the last fetch, or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>What an operator should know of these keys, or null.</summary>
    public string? Problem => Age switch
    {
        null when _last is not null => null,
        null => Failure ?? "no signing keys yet",
        { } age when age > issuer.KeepLastGood => $"{Failure ?? "No fetch has ended since."} {TooOld(age)}",
        { } age => Failure is { } failure ? $"{failure} The keys in use are {Whole(age)} old." : null,
    };

    /// <summary>Fetches; whether that brought a good set.</summary>
    public async Task<bool> FetchAsync()
    {
        try
        {
            var began = time.GetTimestamp();
            Take(await fetcher.FetchAsync(issuer, CancellationToken.None), began);
            if (Failure is not null)
                Log.Recovered(log, issuer.Name);
            (Failure, _withdrawn) = (null, "");
            Count("good");
            return true;
        }
        catch (Exception e)
        {
            // The last good set stays: an outage of the provider is not one of ours, and nothing that it publishes, foreseen or not, may stop
            // the proxy or the refreshing.
            var failure = KeySourceFailure.Of(e, issuer.Keys);
            Failure = failure.Text;
            Count(failure.Outcome);
            Log.FetchFailed(log, issuer.Name, failure.Text, InUse());
            return false;
        }
    }

    /// <summary>Takes a set that the mint hands over: judged as a fetched one is, and in use at once.</summary>
    /// <exception cref="InvalidDataException">No key in it is usable; the last good set stays.</exception>
    public void Accept(ReadOnlyMemory<byte> jwks) => Take(jwks, time.GetTimestamp());

    private void Take(ReadOnlyMemory<byte> document, long began)
    {
        var (keys, leftOut, listed) = JwksReader.ReadAll(document, issuer);
        if (keys.Count == 0)
        {
            Withdraw(listed);
            throw new InvalidDataException(JwksReader.NoneUsable(leftOut) + _withdrawn);
        }

        _last = new KeySet(_last?.Renew(keys) ?? KeySet.ByKeyId(keys), began);
        LogLeftOut(string.Join("; ", leftOut));
    }

    // The provider has answered, and says which keys it has: that is no outage, although the proxy can use none of them.
    private void Withdraw(IReadOnlySet<string> listed)
    {
        if (_last is not { } last || last.Listed(listed) is not { } left || left.Count == last.Keys.Count)
            return;
        _withdrawn = $" Withdrawn, since it lists them no more: {string.Join(", ", last.Keys.Keys.Except(left.Keys).Select(JwksReader.Shown))}.";
        _last = left.Count > 0 ? last with { Keys = left } : null;
    }

    private void LogLeftOut(string leftOut)
    {
        if (leftOut.Length > 0 && leftOut != _leftOut)
            Log.LeftOut(log, issuer.Name, leftOut);
        _leftOut = leftOut;
    }

    private void Count(string outcome) => _outcomes.AddOrUpdate(outcome, 1, static (_, count) => count + 1);

    private string InUse() => (Current, Age) switch
    {
        (_, null) => "There are none.",
        (null, { } age) => TooOld(age),
        ({ } set, { } age) => $"{set.Keys.Count} of the last good set stay in use; it is {Whole(age)} old.",
    };

    private string TooOld(TimeSpan age) => $"The last good set is {Whole(age)} old and not in use: KeepLastGood is {Durations.Write(issuer.KeepLastGood)}.";

    private static string Whole(TimeSpan age) => Durations.Write(TimeSpan.FromSeconds(Math.Floor(age.TotalSeconds)));

    private static partial class Log
    {
        [LoggerMessage(EventIds.IssuerKeysFailed, LogLevel.Warning, "Signing keys of issuer {Issuer} could not be fetched: {Reason} {InUse}")]
        public static partial void FetchFailed(ILogger logger, string issuer, string reason, string inUse);

        [LoggerMessage(EventIds.IssuerKeysRecovered, LogLevel.Information, "Signing keys of issuer {Issuer} are fresh again.")]
        public static partial void Recovered(ILogger logger, string issuer);

        [LoggerMessage(EventIds.IssuerKeysLeftOut, LogLevel.Warning, "Keys of issuer {Issuer} that are not used: {LeftOut}.")]
        public static partial void LeftOut(ILogger logger, string issuer, string leftOut);
    }
}
