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
        Assert.Equal(line, Written(new LineEntry(Noon, level, "Some.Category", id, "said", [], Exception: null), LineFormat.Text));

    [Fact]
    public void Is_one_line_of_text_whatever_the_message_holds() => Assert.Equal(
        "12:03:04 info[1000] one | two | three\n",
        Written(new LineEntry(Noon, LogLevel.Information, "c", 1000, "one\ntwo\r\nthree\n", [], Exception: null), LineFormat.Text).Replace(" | \n", "\n", StringComparison.Ordinal).Replace(" |\n", "\n", StringComparison.Ordinal));

    [Theory]
    [InlineData(0, "2026-01-02T12:03:04.000+00:00")]
    [InlineData(1200000, "2026-01-02T12:03:04.120+00:00")]
    [InlineData(1234567, "2026-01-02T12:03:04.123+00:00")]
    public void Has_a_time_of_three_digits_in_JSON(int ticks, string time) => Assert.StartsWith(
        $$"""{"time":"{{time}}","level":"Information","category":"c","event":1100}""",
        Written(new LineEntry(Noon.AddTicks(ticks), LogLevel.Information, "c", 1100, Message: null, [], Exception: null), LineFormat.Json),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("a\u001b[2Jb", "a\uFFFD[2Jb")]
    [InlineData("a\u0007\u0000\u007fb", "a\uFFFD\uFFFD\uFFFDb")]
    [InlineData("a\u009b31mb", "a\uFFFD31mb")]
    [InlineData("a\bb", "a\uFFFDb")]
    [InlineData("a\r\nb\nc", "a | b | c")]
    [InlineData("plain ünd …", "plain ünd …")]
    public void Holds_nothing_in_text_that_a_terminal_obeys(string message, string written) => Assert.Equal(
        $"12:03:04 info[1000] {written}\n",
        Written(new LineEntry(Noon, LogLevel.Information, "c", 1000, message, [], Exception: null), LineFormat.Text));

    [Fact]
    public void Escapes_in_JSON_what_a_terminal_obeys() => Assert.Contains(
        "a\\u001b[2Jb",
        Written(new LineEntry(Noon, LogLevel.Information, "c", 1000, "a\u001b[2Jb", [], Exception: null), LineFormat.Json),
        StringComparison.OrdinalIgnoreCase);

    private static string Written(LineEntry entry, LineFormat format)
    {
        var buffer = new ArrayBufferWriter<byte>();
        entry.Write(buffer, format);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
