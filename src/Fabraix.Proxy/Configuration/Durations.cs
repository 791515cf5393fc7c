using System.Globalization;

namespace Fabraix.Proxy.Configuration;

/// <summary>Durations as people write them: <c>hh:mm:ss</c>, or a whole number with <c>s</c>, <c>m</c> or <c>h</c>. A bare number has no unit and is refused.</summary>
internal static class Durations
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        if (TimeSpan.TryParseExact(text, @"hh\:mm\:ss", CultureInfo.InvariantCulture, out duration))
            return true;

        var unit = text.Length > 1 ? text[^1] : ' ';
        if (!int.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > 1_000_000)
            return false;

        duration = unit switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            _ => TimeSpan.MinValue,
        };
        return duration != TimeSpan.MinValue;
    }

    public static string Write(TimeSpan duration) => duration switch
    {
        { TotalHours: >= 1, Minutes: 0, Seconds: 0 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalHours}h"),
        { TotalMinutes: >= 1, Seconds: 0 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds}s"),
    };
}
