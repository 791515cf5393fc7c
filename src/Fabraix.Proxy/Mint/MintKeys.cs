using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Mint;

/// <summary>The mint's keys: which one signs, and the public set of all whose tokens may be alive, which it hands to the proxy's own issuer whenever it changes.</summary>
internal sealed partial class MintKeys
{
    private readonly IssuerKeys _issuer;
    private readonly TimeProvider _time;
    private readonly ILogger<MintKeys> _log;
    private readonly TimeSpan _keep;
    private readonly Lock _gate = new();
    private readonly KeyTimeline[] _timelines;
    private byte[] _jwks = [];
    private bool _hasStarted;

    public MintKeys(MintOptions options, TokenOptions tokens, IssuerRegistry issuers, TimeProvider time, ILogger<MintKeys> log)
    {
        (_time, _log) = (time, log);
        _issuer = issuers.All.Single(issuer => issuer.Options.Name == options.Issuer.Name).Keys;
        _keep = options.LongestLifetime + tokens.ClockSkew;
        _timelines = [.. options.SigningKeys.Select(_ => KeyTimeline.Empty)];
    }

    /// <summary>The public JWK Set; empty, and then no JSON, before there is a key.</summary>
    public ReadOnlyMemory<byte> Jwks => Volatile.Read(ref _jwks);

    /// <summary>The key to sign with now: of the first reference that has one.</summary>
    public MintKey? Signing
    {
        get
        {
            lock (_gate)
                return SigningAt(_time.GetUtcNow());
        }
    }

    /// <summary>Takes what a reference holds now, or says why not.</summary>
    public string? Take(int reference, MintKey key)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();

            // A kid that names two keys names none: the proxy, as any verifier, would leave out both.
            if (Published(now).Any(other => other.KeyId == key.KeyId && !other.IsSame(key)))
                return "its kid is that of another key which is in use; give it another, or leave it out";
            _timelines[reference] = _timelines[reference].With(key, now, _keep, othersSign: _hasStarted && SigningAt(now) is not null);
            PublishAt(now);
            return null;
        }
    }

    /// <summary>
    /// Says that every reference was read once. Until then nothing was signed, and the first of them signs, whichever reading ended first; afterwards a key that comes
    /// late waits, as any new one does.
    /// </summary>
    public void Start()
    {
        lock (_gate)
            _hasStarted = true;
    }

    /// <summary>Takes keys out whose last token is dead.</summary>
    public void Publish()
    {
        lock (_gate)
            PublishAt(_time.GetUtcNow());
    }

    private void PublishAt(DateTimeOffset now)
    {
        var published = Published(now).ToList();
        var jwks = MintKey.JwksOf(published);
        if (published.Count == 0 || jwks.AsSpan().SequenceEqual(_jwks))
            return;
        _issuer.Accept(jwks);
        Volatile.Write(ref _jwks, jwks);
        Log.Published(_log, string.Join(", ", published), SigningAt(now));
    }

    private List<MintKey> Published(DateTimeOffset now)
    {
        var keys = new List<MintKey>();
        foreach (var key in _timelines.SelectMany(timeline => timeline.Published(now)))
        {
            if (!keys.Exists(key.IsSame))
                keys.Add(key);
        }

        return keys;
    }

    private MintKey? SigningAt(DateTimeOffset now) => _timelines.Select(timeline => timeline.Signing(now)).FirstOrDefault(key => key is not null);

    private static partial class Log
    {
        [LoggerMessage(EventIds.MintKeysPublished, LogLevel.Information, "The mint's public keys are now {KeyIds}; {Signing} signs.")]
        public static partial void Published(ILogger logger, string keyIds, MintKey? signing);
    }
}
