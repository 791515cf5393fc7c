using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Fabraix.Proxy.Tokens;

/// <summary>
/// Remembers tokens that were verified, so that a page's next request with the same one costs a hash instead of a signature.
/// Only a whole token finds its entry: see <see cref="TokenHash"/>. Refused tokens never come in, so that strangers cannot fill it.
/// </summary>
/// <remarks>
/// Bounded by two generations: when the young one is full it becomes the old one, which is forgotten. A token that is used
/// again moves to the young one. Reading takes no lock. Neither tokens nor their signatures are kept.
/// </remarks>
/// <param name="mostEntries">Tokens in a generation.</param>
/// <param name="mostCharacters">Characters of the tokens that a generation stands for: what is kept of a token is no longer than it, but for what .NET adds to each of 100 scopes and 100 audiences at most.</param>
internal sealed class VerifiedTokens(int mostEntries = 10_000, long mostCharacters = 8 * 1024 * 1024)
{
    private readonly TokenHash _hash = new();
    private readonly Lock _turning = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    /// <summary>Tokens that are remembered now.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>What the token is remembered by; false for what can be no token.</summary>
    public bool TryDigest(string token, out TokenDigest digest) => _hash.TryHash(token, out digest);

    /// <summary>Finds a token that was verified with a key which its issuer still has. Whether it has expired, the caller asks.</summary>
    public bool TryFind(TokenDigest digest, [NotNullWhen(true)] out VerifiedToken? verified)
    {
        if (!_young.Tokens.TryGetValue(digest, out verified) && _old.Tokens.TryGetValue(digest, out verified))
            Add(digest, verified);
        if (verified?.StillHolds == true)
            return true;
        verified = null;
        return false;
    }

    public void Add(TokenDigest digest, VerifiedToken verified)
    {
        var young = _young;
        if (young.IsFull(mostEntries, mostCharacters))
            young = Turn(young);
        young.Set(digest, verified);
    }

    /// <summary>Forgets all: none is asked for again.</summary>
    public void Clear()
    {
        lock (_turning)
            (_old, _young) = (new Generation(), new Generation());
    }

    private Generation Turn(Generation full)
    {
        lock (_turning)
        {
            // Another thread may have turned it meanwhile.
            if (_young == full)
            {
                _old = full;
                _young = new Generation();
            }

            return _young;
        }
    }

    private sealed class Generation
    {
        private int _count;
        private long _characters;

        public ConcurrentDictionary<TokenDigest, VerifiedToken> Tokens { get; } = new();

        public int Count => Volatile.Read(ref _count);

        public bool IsFull(int mostEntries, long mostCharacters) => Count >= mostEntries || Interlocked.Read(ref _characters) >= mostCharacters;

        public void Set(TokenDigest digest, VerifiedToken verified)
        {
            if (Tokens.TryAdd(digest, verified))
            {
                Interlocked.Increment(ref _count);
                Interlocked.Add(ref _characters, verified.Characters);
            }
            else
            {
                // The same token, verified anew with a key that was fetched anew.
                Tokens[digest] = verified;
            }
        }
    }
}
