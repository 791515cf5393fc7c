using Microsoft.Extensions.Logging;

namespace Fabraix.Proxy.Tests.Telemetry;

/// <summary>A log that fails, as one does whose disk is full.</summary>
internal sealed class ThrowingLog<T> : ILogger<T>
{
    public bool Fails { get; set; } = true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (Fails)
            throw new InvalidOperationException("made by the test");
    }
}
