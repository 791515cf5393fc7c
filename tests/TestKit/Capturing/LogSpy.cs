using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Fabraix.TestKit;

/// <summary>Takes every log line of every category at Trace: the process's capture searches all of it, a test reads what is at least Information.</summary>
internal sealed class LogSpy(Capture capture) : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<LogLine> lines = new();
    private IExternalScopeProvider? scopes;

    /// <summary>Lines under it go to the capture only: a test that sends 100,000 requests need not keep all of them.</summary>
    public LogLevel Keep { get; set; } = LogLevel.Information;

    public IReadOnlyList<LogLine> Lines => [.. lines];

    public ILogger CreateLogger(string categoryName) => new Spy(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
    }

    private void Write(LogLine line)
    {
        var text = new StringBuilder(line.Message).Append('\n').Append(line.Exception);
        foreach (var (name, value) in line.Fields) text.Append('\n').Append(name).Append('=').Append(value);
        scopes?.ForEachScope(static (scope, text) => Append(text, scope), text);
        capture.Add(CaptureKind.Log, line.Category, text.ToString());
        if (line.Level >= Keep) lines.Enqueue(line);
    }

    private static void Append(StringBuilder text, object? scope)
    {
        text.Append('\n').Append(scope);
        if (scope is not IEnumerable<KeyValuePair<string, object?>> fields) return;
        foreach (var (name, value) in fields) text.Append('\n').Append(name).Append('=').Append(value);
    }

    private sealed class Spy(LogSpy owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => owner.scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var fields = state is IReadOnlyList<KeyValuePair<string, object?>> list
                ? list.Select(field => KeyValuePair.Create(field.Key, field.Value?.ToString() ?? "")).ToArray()
                : [];
            owner.Write(new LogLine(category, logLevel, eventId, formatter(state, exception), fields, exception?.ToString()));
        }
    }
}

internal sealed record LogLine(
    string Category, LogLevel Level, EventId Id, string Message, IReadOnlyList<KeyValuePair<string, string>> Fields, string? Exception)
{
    public string Field(string name) => Fields.First(field => field.Key == name).Value;
}
