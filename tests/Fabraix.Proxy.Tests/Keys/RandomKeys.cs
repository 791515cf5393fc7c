using System.Text;
using Fabraix.Proxy.Keys;

namespace Fabraix.Proxy.Tests.Keys;

/// <summary>Keys of any characters that a key may have, and texts full of what looks like them.</summary>
internal static class RandomKeys
{
    /// <summary>Visible ASCII, in which signs that encodings treat specially are no rarer than letters.</summary>
    public static string Value(Random random, int shortest = 12, int longest = 60)
    {
        while (true)
        {
            var value = string.Create(random.Next(shortest, longest + 1), random, static (span, random) =>
            {
                foreach (ref var c in span)
                    c = (char)random.Next('!', '~' + 1);
            });
            if (ApiKey.TryParse(value, out _, out _, out _))
                return value;
        }
    }

    public static ApiKey Key(string value)
    {
        Assert.True(ApiKey.TryParse(value, out var key, out _, out _), "The value is no key");
        return key!;
    }

    /// <summary>What a search for these keys looks for.</summary>
    public static byte[][] Spellings(IEnumerable<string> values) =>
        [.. values.SelectMany(KeySpellings.Of).Where(spelling => spelling.Length >= KeySearch.Shortest).Select(Encoding.ASCII.GetBytes)];

    /// <summary>Random bytes, beginnings, endings and altered copies of spellings; whole ones only where asked for.</summary>
    public static byte[] Text(Random random, byte[][] spellings, bool whole)
    {
        var text = new List<byte>();
        for (var parts = random.Next(1, 12); parts > 0; parts--)
        {
            var spelling = spellings[random.Next(spellings.Length)];
            var cut = random.Next(1, spelling.Length);
            text.AddRange(random.Next(whole ? 6 : 5) switch
            {
                0 => Noise(random, random.Next(200)),
                1 => spelling[..cut],
                2 => spelling[cut..],
                3 => spelling[..random.Next(1, 6)],
                4 => [.. spelling[..cut], (byte)' ', .. spelling[(cut + 1)..]],
                _ => spelling,
            });
        }

        return [.. text];
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
