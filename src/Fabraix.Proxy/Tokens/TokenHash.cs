using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Fabraix.Proxy.Tokens;

/// <summary>What a whole token is remembered by.</summary>
internal readonly record struct TokenDigest(ulong First, ulong Second);

/// <summary>
/// A keyed hash of whole tokens, several times as fast as SHA-256: the inner product of the token's words with secret random
/// words, modulo the prime 2^61 - 1, twice with independent secrets.
/// </summary>
/// <remarks>
/// Why no token is taken for another (Carter and Wegman, "Universal classes of hash functions", 1979): two different tokens
/// differ in a word, of 32 bits and so not a multiple of the prime. For any other secrets, exactly one residue of that word's secret makes the
/// products equal. The secret is one of 2^61 values, of which two, zero and the prime itself, are one residue: at most two chances in 2^61, and for both secrets one in 2^120, whatever two
/// tokens a stranger chooses. That holds
/// while nobody learns a digest or a secret, and so neither leaves this process, is logged or is kept longer than a token. It is no hash for anything else.
/// </remarks>
internal sealed class TokenHash
{
    private const ulong Prime = (1UL << 61) - 1;
    private const int CharactersOfWord = sizeof(uint);

    // One pair for the length, without which a token and the same one with zeros behind it would be one; then one for each word.
    internal const int Secrets = 1 + (CompactJws.MaxLength / CharactersOfWord);

    private readonly (ulong First, ulong Second)[] _secrets;

    public TokenHash()
        : this(new (ulong, ulong)[Secrets])
    {
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_secrets.AsSpan()));
        foreach (ref var secret in _secrets.AsSpan())
            secret = (secret.First & Prime, secret.Second & Prime);
    }

    internal TokenHash((ulong First, ulong Second)[] secrets) => _secrets = secrets;

    /// <summary>False for what can be no token: over 8 KiB, or not ASCII.</summary>
    public bool TryHash(ReadOnlySpan<char> token, out TokenDigest digest)
    {
        digest = default;
        if (token.Length > CompactJws.MaxLength)
            return false;

        // 2^61 times 2^32, 2049 times, is far from 2^128: one reduction at the end is enough.
        var (first, second) = (Product(_secrets[0].First, (uint)token.Length), Product(_secrets[0].Second, (uint)token.Length));
        var secrets = _secrets.AsSpan(1);
        Span<byte> piece = stackalloc byte[512];
        while (token.Length > 0)
        {
            var taken = Math.Min(token.Length, piece.Length);
            if (Ascii.FromUtf16(token[..taken], piece, out _) != System.Buffers.OperationStatus.Done)
                return false;
            var padded = (taken + CharactersOfWord - 1) / CharactersOfWord * CharactersOfWord;
            piece[taken..padded].Clear();

            var words = MemoryMarshal.Cast<byte, uint>(piece[..padded]);
            for (var i = 0; i < words.Length; i++)
            {
                first += Product(secrets[i].First, words[i]);
                second += Product(secrets[i].Second, words[i]);
            }

            token = token[taken..];
            secrets = secrets[words.Length..];
        }

        digest = new TokenDigest(Reduce(first), Reduce(second));
        return true;
    }

    private static UInt128 Product(ulong secret, uint word) => Math.BigMul(secret, (ulong)word);

    // 2^61 is 1 modulo the prime: the upper bits are added to the lower ones. Below 2^106 it takes two rounds.
    private static ulong Reduce(UInt128 sum)
    {
        var once = (sum & Prime) + (sum >> 61);
        var twice = (ulong)(once & Prime) + (ulong)(once >> 61);
        return twice >= Prime ? twice - Prime : twice;
    }
}
