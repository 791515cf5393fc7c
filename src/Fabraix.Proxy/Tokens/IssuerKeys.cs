using System.Collections.Frozen;

namespace Fabraix.Proxy.Tokens;

/// <summary>What a look-up of a kid found.</summary>
/// <param name="Key">The key, where the issuer has it.</param>
/// <param name="Unavailable">There are no keys to look among: none were ever fetched, or the last are too old. Nobody knows whether the token is good.</param>
internal readonly record struct KeyLookup(SigningKey? Key, bool Unavailable);

/// <summary>
/// One issuer's signing keys. An unknown kid asks the source once more within the same request, together with all others that wait,
/// at most once per cool-down; within that a request waits for its end, as far as <see cref="UnknownKeyIds"/> lets it.
/// </summary>
internal sealed class IssuerKeys(IssuerOptions issuer, KeyFetcher fetcher, TimeProvider time, ILogger<IssuerKeys> log)
{
    /// <summary>Requests that wait for this issuer's source at the same time; further ones make do with what is there.</summary>
    public const int MostWaiting = 1000;

    private readonly Lock _gate = new();
    private readonly LastGoodKeys _set = new(issuer, fetcher, time, log);
    private readonly FetchPace _pace = new(issuer, time);
    private readonly UnknownKeyIds _unknown = new(time);
    private Task? _coming;
    private bool _comesLater;
    private int _waiting;

    /// <summary>How many keys can verify now.</summary>
    public int Count => _set.Current?.Keys.Count ?? 0;

    /// <summary>Those keys.</summary>
    public IReadOnlyList<SigningKey> All => _set.Current is { } set ? [.. set.Keys.Values.OrderBy(key => key.KeyId, StringComparer.Ordinal)] : [];

    /// <inheritdoc cref="LastGoodKeys.Age"/>
    public TimeSpan? Age => _set.Age;

    /// <inheritdoc cref="LastGoodKeys.Outcomes"/>
    public IEnumerable<KeyValuePair<string, long>> Outcomes => _set.Outcomes;

    /// <inheritdoc cref="LastGoodKeys.Failure"/>
    public string? Failure => _set.Failure;

    /// <inheritdoc cref="LastGoodKeys.Problem"/>
    public string? Problem => _set.Problem;

    /// <summary>Requests that wait for the source now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>How long until the next regular fetch; zero or less where it is due.</summary>
    public TimeSpan DueIn
    {
        get
        {
            lock (_gate)
                return _pace.DueIn;
        }
    }

    /// <summary>Whether this very key is in the set now.</summary>
    public bool Holds(SigningKey key) => _set.Current?.Keys.GetValueOrDefault(key.KeyId) is { } now && ReferenceEquals(now, key);

    public async ValueTask<KeyLookup> FindAsync(string keyId, CancellationToken cancellation)
    {
        if (_set.Current?.Keys.GetValueOrDefault(keyId) is { } known)
            return new KeyLookup(known, Unavailable: false);

        // Two turns at most: a fetch that had begun before this request came may have read what was published before.
        var arrived = Begun();
        while (true)
        {
            var set = _set.Current;
            if (set?.Keys.GetValueOrDefault(keyId) is { } key)
                return new KeyLookup(key, Unavailable: false);
            if (ToWaitFor(keyId, arrived) is not { } fetch)
                return new KeyLookup(null, Unavailable: set is null);
            try
            {
                await fetch.WaitAsync(cancellation);
            }
            finally
            {
                lock (_gate)
                    _waiting--;
            }
        }
    }

    /// <inheritdoc cref="LastGoodKeys.Accept"/>
    public void Accept(ReadOnlyMemory<byte> jwks) => _set.Accept(jwks);

    /// <summary>Fetches now; waits for a fetch that is under way, or about to be, instead of starting another.</summary>
    public Task RefreshAsync()
    {
        // The mint's keys come when they change, and from nowhere else.
        if (issuer.Keys.IsMint)
            return Task.CompletedTask;
        lock (_gate)
            return _coming ?? Start(TimeSpan.Zero);
    }

    private long Begun()
    {
        lock (_gate)
            return _pace.Begun;
    }

    /// <summary>The fetch that may bring this kid, with a place taken among those who wait; null where the request must make do with what is there.</summary>
    private Task? ToWaitFor(string keyId, long arrived)
    {
        lock (_gate)
        {
            if (issuer.Keys.IsMint || _pace.Ended > arrived || _waiting >= issuer.MostWaiting || Coming(keyId) is not { } fetch)
                return null;
            if (_pace.Begun == _pace.Ended)
                _unknown.Ask(keyId);
            _waiting++;
            return fetch;
        }
    }

    private Task? Coming(string keyId)
    {
        var hasKeys = _set.Current is not null;
        var coolIn = _pace.CoolIn(hasKeys);
        if (_coming is null && coolIn <= TimeSpan.Zero)
            return Start(TimeSpan.Zero);

        // Tokens of a key that is gone go on coming for a while: they take no place from others, not even while a fetch runs.
        if (hasKeys && _unknown.WasLookedFor(keyId))
            return null;
        if (_coming is not null && !_comesLater)
            return _coming;

        // Without any keys nobody waits for the end of a cool-down: 503 says at once what is the matter.
        if (!hasKeys)
            return null;
        return _coming ?? (_unknown.MayWait ? Start(coolIn) : null);
    }

    private Task Start(TimeSpan after)
    {
        var later = _comesLater = after > TimeSpan.Zero;
        var cooled = later ? Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(after.TotalMilliseconds)), time) : Task.CompletedTask;
        return _coming = Task.Run(() => FetchAsync(cooled, later));
    }

    private async Task FetchAsync(Task cooled, bool waited)
    {
        await cooled;
        lock (_gate)
        {
            _pace.Begin();
            _comesLater = false;
        }

        var (before, good) = (_set.Current?.Keys, false);
        try
        {
            good = await _set.FetchAsync();
        }
        finally
        {
            // Whatever happened: a fetch that never ended would be the last one.
            lock (_gate)
                End(waited, good, before);
        }
    }

    private void End(bool waited, bool good, FrozenDictionary<string, SigningKey>? before)
    {
        _coming = null;
        var now = _set.Current?.Keys;
        _pace.End(good, hasKeys: now is not null);
        _unknown.FetchEnded(waited, good, changed: !ReferenceEquals(before, now));
        foreach (var gone in before?.Keys.Where(keyId => now?.ContainsKey(keyId) is false) ?? [])
            _unknown.TakenBack(gone);
    }
}
