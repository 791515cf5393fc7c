using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Keys;

/// <summary>A configured key and its version in use. A value that is missing or malformed never replaces a good one.</summary>
internal sealed partial class KeySlot(KeyOptions options, ILogger<KeySlot> log)
{
    private KeyVersion? _current;
    private string? _problem;

    public KeyOptions Options => options;

    /// <summary>The version in use, or null where there never was a good value.</summary>
    public KeyVersion? Current => Volatile.Read(ref _current);

    /// <summary>Why the last reading gave no value, or null.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var reading = await options.Store.ReadAsync(options.Identifier, cancellation);
        if (reading.Key is { } key)
        {
            if (Current?.Value.Matches(key) != true)
            {
                var version = new KeyVersion(options.Name, key);
                Volatile.Write(ref _current, version);
                Log.Loaded(log, version.Label);
            }
        }
        else if (reading.Problem != _problem)
        {
            Log.Failed(log, options.Name, reading.Problem!, Current?.Label ?? "none");
        }

        Volatile.Write(ref _problem, reading.Problem);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.KeyLoaded, LogLevel.Information, "Key {Key} is in use.")]
        public static partial void Loaded(ILogger logger, string key);

        [LoggerMessage(EventIds.KeyFailed, LogLevel.Error, "Key {Key} has no usable value: {Problem}. In use: {InUse}.")]
        public static partial void Failed(ILogger logger, string key, string problem, string inUse);
    }
}
