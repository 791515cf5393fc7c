using System.Globalization;

namespace Fabraix.Proxy.Facts;

/// <summary>A fact as replicas tell it each other: digest, number and end. What it is about is not in it.</summary>
internal readonly record struct FactEntry(Fact Fact, long Value, DateTimeOffset Until)
{
    /// <summary>The longest text of one.</summary>
    public const int Longest = Fact.Characters + 2 + (2 * MostDigits);

    private const int MostDigits = 15;
    private const long MostValue = 999_999_999_999_999;

    // The last second of the year 9999, the last one there is.
    private const long LastEnd = 253_402_300_799_000;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Fact}.{Value}.{EndMilliseconds}");

    /// <summary>The greater number and the later end.</summary>
    public FactEntry With(FactEntry other) => new(Fact, Math.Max(Value, other.Value), Until > other.Until ? Until : other.Until);

    /// <summary>Up to the next whole millisecond, so that it ends nowhere sooner than here, and is written the same by whoever tells it again.</summary>
    private long EndMilliseconds => Math.Min(LastEnd, (Until.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);

    /// <summary>Reads what <see cref="ToString"/> wrote, and nothing else: whoever can write to Redis chose it.</summary>
    public static bool TryParse(string? text, out FactEntry entry)
    {
        entry = default;
        if (text is not { Length: > Fact.Characters and <= Longest } || text.Split('.') is not [var digest, var value, var until] || !Fact.TryParse(digest, out var fact))
            return false;
        if (!IsNumber(value, MostValue, out var number) || !IsNumber(until, LastEnd, out var end))
            return false;
        entry = new FactEntry(fact, number, DateTimeOffset.FromUnixTimeMilliseconds(end));
        return true;
    }

    private static bool IsNumber(string text, long most, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most && text == number.ToString(CultureInfo.InvariantCulture);
}
