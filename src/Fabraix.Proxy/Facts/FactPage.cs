using System.Globalization;
using StackExchange.Redis;

namespace Fabraix.Proxy.Facts;

/// <summary>A piece of what replicas told each other.</summary>
/// <param name="Epoch">Changes when Redis has lost what it knew.</param>
/// <param name="Last">The number of the last fact that was told.</param>
/// <param name="Reached">The number of the last one in this piece.</param>
/// <param name="Entries">What was told.</param>
/// <param name="Odd">Entries that no replica wrote.</param>
/// <param name="IsFull">Whether there may be more behind it.</param>
internal sealed record FactPage(string Epoch, long Last, long Reached, IReadOnlyList<FactEntry> Entries, int Odd, bool IsFull)
{
    private const long MostNumber = 1L << 53;

    /// <summary>Reads an answer strictly: null where it is not of this shape.</summary>
    /// <param name="answer">What Redis said.</param>
    /// <param name="after">The number after which was asked.</param>
    public static FactPage? Of(RedisResult answer, long after)
    {
        if (answer.Resp2Type != ResultType.Array || answer.Length is < 2 or > 2 + (2 * FactLog.Page) || answer.Length % 2 != 0)
            return null;
        if (Text(answer[0]) is not { Length: > 0 } epoch || Number(answer[1]) is not { } last)
            return null;

        var (entries, odd, reached) = (new List<FactEntry>(), 0, after);
        for (var i = 2; i < answer.Length; i += 2)
        {
            if (Number(answer[i + 1]) is not { } number || number < reached)
                return null;
            reached = number;
            if (FactEntry.TryParse(Text(answer[i]), out var entry))
                entries.Add(entry);
            else
                odd++;
        }

        return new FactPage(epoch, last, reached, entries, odd, answer.Length == 2 + (2 * FactLog.Page));
    }

    private static string? Text(RedisResult result) => result.Resp2Type is ResultType.BulkString ? (string?)result : null;

    private static long? Number(RedisResult result) =>
        long.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostNumber ? number : null;
}
