using System.Buffers;

namespace Fabraix.Proxy.Telemetry;

/// <summary>
/// Logs to standard output, one line an entry. It stands in for the framework's console logger, whose queue wakes a thread
/// for each line under a lock: one line a request cost more than checking the request's signature. Filters for
/// <c>Logging:Console</c> hold for it.
/// </summary>
[ProviderAlias("Console")]
internal sealed class LineLoggerProvider(LineWriter writer, LineFormat format, TimeProvider time) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, writer, format, time);

    public void Dispose() => writer.Dispose();

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
            var entry = new LineEntry(time.GetUtcNow(), logLevel, category, eventId.Id, message, fields, exception);
            if (format == LineFormat.Json)
                entry.WriteJson(buffer);
            else
                entry.WriteText(buffer);
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
