using System.Text;
using Fabraix.Proxy.Keys;
using FsCheck.Xunit;

namespace Fabraix.Proxy.Tests.Keys;

/// <summary>The search against one that compares every spelling at every place.</summary>
public sealed class KeySearchTests
{
    [Property(MaxTest = 1000)]
    public void Finds_what_a_plain_search_finds(int seed)
    {
        var random = new Random(seed);
        var values = Values(random);
        var spellings = RandomKeys.Spellings(values);
        var text = RandomKeys.Text(random, spellings, whole: random.Next(2) == 0);
        var found = KeySearch.For(values.Select(RandomKeys.Key)).IsIn(text, out var begun);

        Assert.Equal(spellings.Any(spelling => text.AsSpan().IndexOf(spelling) >= 0), found);
        if (!found)
            Assert.Equal(Begun(spellings, text), begun);
    }

    [Fact]
    public void Finds_every_spelling_at_every_place()
    {
        var value = "f" + RandomKeys.Value(new Random(1), 39, 39);
        var search = KeySearch.For([RandomKeys.Key(value)]);
        foreach (var spelling in RandomKeys.Spellings([value]))
        {
            for (var before = 0; before < 130; before++)
            {
                byte[] text = [.. Enumerable.Repeat((byte)'a', before), .. spelling, .. "behind"u8];
                Assert.True(search.IsIn(text), "A spelling was not found");
                Assert.True(search.IsIn(Encoding.Latin1.GetString(text)), "A spelling was not found in a text");
                Assert.False(search.IsIn(text.AsSpan(0, before + spelling.Length - 1)), "A spelling without its end was found");
                Assert.False(search.IsIn(text.AsSpan(before + 1)), "A spelling without its beginning was found");
            }
        }
    }

    [Theory]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(71)]
    [InlineData(72)]
    [InlineData(4096)]
    public void Finds_keys_of_any_length(int length)
    {
        var value = "f" + RandomKeys.Value(new Random(length), length - 1, length - 1);
        var search = KeySearch.For([RandomKeys.Key(value)]);
        foreach (var spelling in RandomKeys.Spellings([value]))
        {
            Assert.True(search.IsIn([.. "before"u8, .. spelling]), "A spelling was not found");
            Assert.False(search.IsIn(spelling.AsSpan(1)), "A spelling without its beginning was found");
            Assert.False(search.IsIn(spelling.AsSpan(0, spelling.Length - 1), out var begun), "A spelling without its end was found");
            Assert.Equal(spelling.Length - 1, begun);
        }
    }

    [Fact]
    public void Searches_for_no_spelling_that_text_may_hold_by_chance()
    {
        var search = KeySearch.For([RandomKeys.Key("short_key_0")]);

        Assert.False(search.IsIn("short_key_0"));
        Assert.True(search.IsIn(Convert.ToHexString("short_key_0"u8)));
        Assert.True(search.IsIn(Convert.ToBase64String("short_key_0"u8)));
    }

    [Fact]
    public void Finds_nothing_without_keys()
    {
        Assert.False(KeySearch.Nothing.IsIn(new byte[1000], out var begun));
        Assert.Equal(0, begun);
        Assert.False(KeySearch.Nothing.IsIn((string?)null));
    }

    /// <summary>A text is one character a byte: what is beyond Latin-1 is no byte of a key.</summary>
    [Fact]
    public void Takes_no_other_character_for_one_of_a_key()
    {
        var value = RandomKeys.Value(new Random(2), 40, 40);
        var search = KeySearch.For([RandomKeys.Key(value)]);

        Assert.True(search.IsIn(new string('\u00ff', 3000) + value));
        Assert.False(search.IsIn((char)(value[0] + 0x100) + value[1..]));
    }

    private static List<string> Values(Random random) => [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomKeys.Value(random))];

    private static int Begun(byte[][] spellings, byte[] text)
    {
        for (var length = text.Length; length > 0; length--)
        {
            if (Array.Exists(spellings, spelling => spelling.AsSpan().StartsWith(text.AsSpan(text.Length - length))))
                return length;
        }

        return 0;
    }
}
