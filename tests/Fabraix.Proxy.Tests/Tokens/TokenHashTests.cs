using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Tests.Tokens;

public sealed class TokenHashTests
{
    private static readonly BigInteger Prime = BigInteger.Pow(2, 61) - 1;

    private readonly TokenHash _hash = new();

    /// <summary>The definition, by arithmetic without bounds, with secrets as large as they come.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(900)]
    [InlineData(CompactJws.MaxLength)]
    public void Is_the_inner_product_modulo_the_prime(int length)
    {
        var secrets = Enumerable.Range(0, TokenHash.Secrets).Select(i => ((ulong)Prime - (ulong)(i % 3), Random())).ToArray();
        var token = RandomNumberGenerator.GetString("ABCabc019-_.\u007f", length);

        Assert.True(new TokenHash(secrets).TryHash(token, out var digest));

        Assert.Equal(new TokenDigest(Product(token, secrets.Select(pair => pair.Item1)), Product(token, secrets.Select(pair => pair.Item2))), digest);
    }

    [Fact]
    public void Uses_every_secret_that_the_longest_token_needs_and_every_one_is_another()
    {
        var seen = new HashSet<TokenDigest>();
        var zeros = new string('\0', CompactJws.MaxLength);
        for (var at = 0; at < zeros.Length; at += 4)
            Assert.True(seen.Add(Hash(zeros[..at] + "\u0001" + zeros[(at + 1)..])));
    }

    [Fact]
    public void Tells_apart_what_differs_in_length_only()
    {
        var seen = new HashSet<TokenDigest>();
        for (var length = 0; length < 600; length++)
            Assert.True(seen.Add(Hash(new string('\0', length))));
    }

    [Fact]
    public void Tells_apart_what_differs_in_one_bit()
    {
        var token = Jose.Token();
        var seen = new HashSet<TokenDigest> { Hash(token) };
        for (var at = 0; at < token.Length; at++)
        {
            for (var bit = 0; bit < 7; bit++)
                Assert.True(seen.Add(Hash(token[..at] + (char)(token[at] ^ (1 << bit)) + token[(at + 1)..])));
        }
    }

    [Fact]
    public void Is_another_in_every_process()
    {
        Assert.Equal(Hash("token"), Hash("token"));
        Assert.True(new TokenHash().TryHash("token", out var other));
        Assert.NotEqual(Hash("token"), other);
    }

    [Theory]
    [InlineData("\u0080")]
    [InlineData("\u012e")]
    [InlineData("\ud800")]
    [InlineData("\uffff")]
    public void Knows_no_token_that_is_not_ASCII(string letter)
    {
        foreach (var before in new[] { 0, 1, 511, 512, 800 })
            Assert.False(_hash.TryHash(new string('a', before) + letter, out _));
    }

    [Fact]
    public void Knows_no_token_over_8_KiB() => Assert.False(_hash.TryHash(new string('a', CompactJws.MaxLength + 1), out _));

    private static ulong Random() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) >> 3;

    private static ulong Product(string token, IEnumerable<ulong> secrets)
    {
        var padded = Encoding.ASCII.GetBytes(token.PadRight((token.Length + 3) / 4 * 4, '\0'));
        var words = padded.Chunk(4).Select(chunk => BitConverter.ToUInt32(chunk)).Prepend((uint)token.Length);
        return (ulong)(words.Zip(secrets).Aggregate(BigInteger.Zero, (sum, pair) => sum + (pair.First * (BigInteger)pair.Second)) % Prime);
    }

    private TokenDigest Hash(string token)
    {
        Assert.True(_hash.TryHash(token, out var digest));
        return digest;
    }
}
