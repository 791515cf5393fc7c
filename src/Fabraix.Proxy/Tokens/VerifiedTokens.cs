using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Fabraix.Proxy.Tokens;

/// <summary>
/// Remembers tokens that were verified, so that a page's next request with the same one costs a hash instead of a signature.
/// Only a whole token finds its entry: the key is HMAC-SHA-256 over every character, under a secret of this process, and all
/// 256 bits are compared. Refused tokens never come in, so that strangers cannot fill it.
/// </summary>
/// <remarks>
/// Bounded by two generations: when the young one is full it becomes the old one, which is forgotten. A token that is used
/// again moves to the young one. Reading takes no lock. Neither tokens nor their signatures are kept.
/// </remarks>
/// <param name="mostEntries">Tokens in a generation.</param>
/// <param name="mostCharacters">Characters of the tokens that a generation stands for: what is kept of a token is never longer than it.</param>
internal sealed class VerifiedTokens(int mostEntries = 10_000, long mostCharacters = 8 * 1024 * 1024)
{
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
    private readonly Lock _turning = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    /// <summary>Tokens that are remembered now.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>Finds a token that was verified with a key which its issuer still has. Whether it has expired, the caller asks.</summary>
    public bool TryFind(string token, [NotNullWhen(true)] out VerifiedToken? verified)
    {
        var digest = DigestOf(token);
        if (!_young.Tokens.TryGetValue(digest, out verified) && _old.Tokens.TryGetValue(digest, out verified))
            Add(digest, token.Length, verified);
        if (verified?.StillHolds == true)
            return true;
        verified = null;
        return false;
    }

    public void Add(string token, VerifiedToken verified) => Add(DigestOf(token), token.Length, verified);

    private void Add(Digest digest, int characters, VerifiedToken verified)
    {
        var young = _young;
        if (young.IsFull(mostEntries, mostCharacters))
            young = Turn(young);
        young.Set(digest, characters, verified);
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

    private Digest DigestOf(string token)
    {
        Span<ulong> hash = stackalloc ulong[SHA256.HashSizeInBytes / sizeof(ulong)];
        HMACSHA256.HashData(_secret, MemoryMarshal.AsBytes(token.AsSpan()), MemoryMarshal.AsBytes(hash));
        return new Digest(hash[0], hash[1], hash[2], hash[3]);
    }

    private readonly record struct Digest(ulong First, ulong Second, ulong Third, ulong Fourth);

    private sealed class Generation
    {
        private int _count;
        private long _characters;

        public ConcurrentDictionary<Digest, VerifiedToken> Tokens { get; } = new();

        public int Count => Volatile.Read(ref _count);

        public bool IsFull(int mostEntries, long mostCharacters) => Count >= mostEntries || Interlocked.Read(ref _characters) >= mostCharacters;

        public void Set(Digest digest, int characters, VerifiedToken verified)
        {
            if (Tokens.TryAdd(digest, verified))
            {
                Interlocked.Increment(ref _count);
                Interlocked.Add(ref _characters, characters);
            }
            else
            {
                // The same token, verified anew with a key that was fetched anew.
                Tokens[digest] = verified;
            }
        }
    }
}
