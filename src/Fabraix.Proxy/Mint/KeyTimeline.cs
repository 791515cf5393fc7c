using System.Collections.Immutable;

namespace Fabraix.Proxy.Mint;

/// <summary>
/// The keys that one reference has held: a new one is published at once, signs when every verifier can know it, and the one before it stays published until
/// its last token is dead. Immutable.
/// </summary>
internal sealed class KeyTimeline
{
    /// <summary>From a key's publication to its first signature: twice the five minutes within which this proxy and most verifiers fetch keys again.</summary>
    public static readonly TimeSpan PublishAhead = TimeSpan.FromMinutes(10);

    public static readonly KeyTimeline Empty = new([]);

    private readonly ImmutableArray<Entry> _entries;

    private KeyTimeline(ImmutableArray<Entry> entries) => _entries = entries;

    /// <summary>The key that signs now, or null.</summary>
    public MintKey? Signing(DateTimeOffset now) => _entries.LastOrDefault(entry => entry.SignsFrom <= now)?.Key;

    /// <summary>Keys whose tokens may be alive, or will be.</summary>
    public IEnumerable<MintKey> Published(DateTimeOffset now) => _entries.Where(entry => entry.IsPublished(now)).Select(entry => entry.Key);

    /// <summary>The timeline after a reading.</summary>
    /// <param name="key">What the reference holds now.</param>
    /// <param name="now">The time.</param>
    /// <param name="keep">How long the last token of a key may be accepted after another one has begun to sign.</param>
    /// <param name="othersSign">Whether tokens are signed by another reference's key meanwhile, so that even a first key can wait until verifiers know it.</param>
    public KeyTimeline With(MintKey key, DateTimeOffset now, TimeSpan keep, bool othersSign = false)
    {
        if (_entries is [.., var last] && last.Key.IsSame(key))
            return this;

        // One that comes back and is still published is known to every verifier already.
        var known = _entries.FirstOrDefault(entry => entry.Key.IsSame(key) && entry.IsPublished(now));
        var from = known?.SignsFrom ?? (_entries.IsEmpty && !othersSign ? now : now + PublishAhead);
        var end = (from > now ? from : now) + keep;

        // What was published and has not signed yet has no tokens. The one that signs now goes on until the new one begins, whatever end an earlier change gave it.
        var signing = _entries.LastOrDefault(entry => entry.SignsFrom <= now);
        var others = _entries.Where(entry => !entry.Key.IsSame(key) && entry.SignsFrom <= now && entry.IsPublished(now))
            .Select(entry => ReferenceEquals(entry, signing) ? entry with { Until = end } : entry);
        return new KeyTimeline([.. others, new Entry(key, from, Until: null)]);
    }

    /// <param name="Key">The key.</param>
    /// <param name="SignsFrom">When it may begin to sign.</param>
    /// <param name="Until">When its last token is dead; null for the one that the reference holds.</param>
    private sealed record Entry(MintKey Key, DateTimeOffset SignsFrom, DateTimeOffset? Until)
    {
        public bool IsPublished(DateTimeOffset now) => Until is null || Until > now;
    }
}
