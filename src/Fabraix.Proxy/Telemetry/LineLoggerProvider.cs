using System.Buffers;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Fabraix.Proxy.Telemetry;

/// <summary>
/// Logs to standard output, one line an entry. It stands in for the framework's console logger, whose queue wakes a thread
/// for each line under a lock: one line a request cost more than checking the request's signature. Filters for
/// <c>Logging:Console</c> hold for it.
/// </summary>
[ProviderAlias("Console")]
internal sealed class LineLoggerProvider : ILoggerProvider
{
    private readonly LineFormat _format;
    private readonly TimeProvider _time;
    private readonly LineWriter _writer;

    /// <param name="output">Where lines go.</param>
    /// <param name="format">How they are written.</param>
    /// <param name="time">Says when.</param>
    /// <param name="lost">Counts lines that the output did not take.</param>
    public LineLoggerProvider(Stream output, LineFormat format, TimeProvider time, Counter<long>? lost)
    {
        (_format, _time) = (format, time);
        _writer = new LineWriter(output, TellOfLost, lost);
    }

    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, _writer, _format, _time);

    public void Dispose() => _writer.Dispose();

    private byte[] TellOfLost(long lines)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        var message = string.Create(CultureInfo.InvariantCulture, $"{lines} log lines lost: standard output did not take them.");
        new LineEntry(_time.GetUtcNow(), LogLevel.Warning, typeof(LineWriter).FullName!, EventIds.LogLinesLost, message, [new("Lost", lines)], null).Write(buffer, _format);
        return buffer.WrittenSpan.ToArray();
    }

    private sealed class LineLogger(string category, LineWriter writer, LineFormat format, TimeProvider time) : ILogger
    {
        [ThreadStatic]
        private static ArrayBufferWriter<byte>? _buffer;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
            buffer.ResetWrittenCount();
            var fields = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];

            // The request's line is all fields; its text would say them twice.
            var message = format == LineFormat.Json && eventId.Id == EventIds.Request ? null : formatter(state, exception);
            new LineEntry(time.GetUtcNow(), logLevel, category, eventId.Id, message, fields, exception).Write(buffer, format);
            writer.Add(buffer.WrittenSpan);
        }
    }
}

/// <summary>How a log line is written: JSON for a container's collector, text for a person.</summary>
internal enum LineFormat
{
    Text,
    Json,
}
