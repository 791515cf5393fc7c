using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Secrets;

/// <summary>
/// A secret of the proxy's own that is no API key, such as a client's password or a signing key: read before traffic, parsed, kept, and read anew.
/// Whatever goes wrong with that, the last good value stays.
/// </summary>
/// <param name="name">Its path in the configuration, under <c>Fabraix</c>: what logs and readiness call it.</param>
/// <param name="reference">Where it is kept.</param>
/// <param name="reader">Reads it.</param>
/// <param name="log">Says what it came to.</param>
internal abstract partial class HeldSecret(string name, SecretReference reference, SecretReader reader, ILogger log)
{
    private string? _problem = "it was not read yet";

    public string Name => name;

    public SecretReference Reference => reference;

    /// <summary>Why there is no new value, in words that tell nothing of it; null where the last reading was good.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <summary>Reads once, and returns how long the store wants to be left alone.</summary>
    public async Task<TimeSpan?> RefreshAsync()
    {
        var reading = await reader.ReadAsync(reference, CancellationToken.None);
        var problem = reading.Content is { } content ? TakeOrSay(content) : reading.Problem;
        var before = Interlocked.Exchange(ref _problem, problem);
        if (problem is null && before is not null)
            Log.Read(log, name);
        else if (problem != before)
            Log.Failed(log, name, problem!);
        return reading.RetryAfter;
    }

    /// <summary>Parses what was read and keeps it, or says what is wrong with it and keeps what was there.</summary>
    protected abstract string? Take(SecretContent content);

    private string? TakeOrSay(SecretContent content)
    {
        try
        {
            return Take(content);
        }
        catch (Exception e)
        {
            // The message stays out: it may quote the secret.
            return $"it could not be understood ({e.GetType().Name})";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.SecretRead, LogLevel.Information, "Secret {Name} is read.")]
        public static partial void Read(ILogger logger, string name);

        [LoggerMessage(EventIds.SecretFailed, LogLevel.Error, "Secret {Name} could not be read: {Problem}. The last good value, where there is one, stays.")]
        public static partial void Failed(ILogger logger, string name, string problem);
    }
}
