using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fabraix.Proxy.Telemetry;

/// <summary>One log entry, written as a line: flat JSON with the fields by name, or text.</summary>
internal readonly record struct LineEntry(
    DateTimeOffset Time, LogLevel Level, string Category, int Event, string? Message, IReadOnlyList<KeyValuePair<string, object?>> Fields, Exception? Exception)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public void Write(ArrayBufferWriter<byte> buffer, LineFormat format)
    {
        if (format == LineFormat.Json)
            WriteJson(buffer);
        else
            WriteText(buffer);
    }

    private void WriteJson(ArrayBufferWriter<byte> buffer)
    {
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            WriteTime(json);
            json.WriteString("level", Level.ToString());
            json.WriteString("category", Category);
            json.WriteNumber("event", Event);
            if (Message is not null)
                json.WriteString("message", Message);
            for (var i = 0; i < Fields.Count; i++)
            {
                // The template's own text is no field.
                if (Fields[i] is { Value: not null, Key: not "{OriginalFormat}" } field)
                    WriteField(json, JsonNamingPolicy.CamelCase.ConvertName(field.Key), field.Value);
            }

            if (Exception is not null)
                json.WriteString("exception", Exception.ToString());
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }

    private void WriteText(ArrayBufferWriter<byte> buffer)
    {
        var level = Level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };

        // One line an entry, whatever a message holds.
        var text = string.Create(CultureInfo.InvariantCulture, $"{Time:HH:mm:ss} {level}[{Event}] {Message} {Exception}").ReplaceLineEndings(" | ").TrimEnd();
        Encoding.UTF8.GetBytes(WithoutControls(text), buffer);
        buffer.Write("\n"u8);
    }

    // A terminal obeys them (ESC sequences); JSON escapes them by itself.
    private static string WithoutControls(string text) => !text.Any(char.IsControl)
        ? text
        : string.Create(text.Length, text, static (line, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                line[i] = char.IsControl(from[i]) ? '\uFFFD' : from[i];
        });

    // The writer's own form leaves zeros at the end out, and so has any number of digits.
    private void WriteTime(Utf8JsonWriter json)
    {
        Span<char> time = stackalloc char[40];
        Time.TryFormat(time, out var length, "yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        json.WriteString("time", time[..length]);
    }

    private static void WriteField(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case double number:
                json.WriteNumber(name, Math.Round(number, 3));
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
