using System.Buffers;
using System.Text;
using Fabraix.Proxy.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fabraix.Proxy.Tests.Telemetry;

public sealed class LineEntryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 3, 4, TimeSpan.Zero);

    [Theory]
    [InlineData(LogLevel.Information, 1100, "12:03:04 info[1100] said\n")]
    [InlineData(LogLevel.Warning, 1200, "12:03:04 warn[1200] said\n")]
    [InlineData(LogLevel.Error, 1401, "12:03:04 fail[1401] said\n")]
    public void Names_the_event_in_text(LogLevel level, int id, string line) =>
        Assert.Equal(line, Written(new LineEntry(Noon, level, "Some.Category", id, "said", [], Exception: null), static (entry, buffer) => entry.WriteText(buffer)));

    [Fact]
    public void Is_one_line_of_text_whatever_the_message_holds() => Assert.Equal(
        "12:03:04 info[1000] one | two | three\n",
        Written(new LineEntry(Noon, LogLevel.Information, "c", 1000, "one\ntwo\r\nthree\n", [], Exception: null), static (entry, buffer) => entry.WriteText(buffer)).Replace(" | \n", "\n", StringComparison.Ordinal).Replace(" |\n", "\n", StringComparison.Ordinal));

    [Theory]
    [InlineData(0, "2026-01-02T12:03:04.000+00:00")]
    [InlineData(1200000, "2026-01-02T12:03:04.120+00:00")]
    [InlineData(1234567, "2026-01-02T12:03:04.123+00:00")]
    public void Has_a_time_of_three_digits_in_JSON(int ticks, string time) => Assert.StartsWith(
        $$"""{"time":"{{time}}","level":"Information","category":"c","event":1100}""",
        Written(new LineEntry(Noon.AddTicks(ticks), LogLevel.Information, "c", 1100, Message: null, [], Exception: null), static (entry, buffer) => entry.WriteJson(buffer)),
        StringComparison.Ordinal);

    private static string Written(LineEntry entry, Action<LineEntry, ArrayBufferWriter<byte>> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(entry, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
