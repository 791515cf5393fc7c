namespace Fabraix.Proxy.Secrets;

/// <summary>What a store gave: a key and its version, or why there is none. Nothing in it but <see cref="Key"/> is secret.</summary>
internal sealed record SecretReading
{
    private SecretReading(SecretOutcome outcome) => Outcome = outcome;

    public SecretOutcome Outcome { get; }

    /// <summary>The key, where <see cref="Outcome"/> is <see cref="SecretOutcome.Found"/>.</summary>
    public ApiKey? Key { get; private init; }

    /// <summary>The store's own name for this version of the secret, shortened to what a log line can hold; null where it has none.</summary>
    public string? Version { get; private init; }

    /// <summary>Why there is no key, in words that go on after "it has no value: "; null where there is one.</summary>
    public string? Problem { get; private init; }

    /// <summary>How long the store wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static SecretReading Found(ApiKey key, string? version) => new(SecretOutcome.Found) { Key = key, Version = version };

    public static SecretReading Failed(SecretOutcome outcome, string problem, string? version = null) =>
        new(outcome) { Problem = problem, Version = version };
}
