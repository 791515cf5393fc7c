namespace Fabraix.Proxy.Secrets;

/// <summary>What a store gave: a secret and its version, or why there is none. Nothing in it but <see cref="Content"/> is secret.</summary>
internal sealed record SecretReading
{
    private SecretReading(SecretOutcome outcome) => Outcome = outcome;

    public SecretOutcome Outcome { get; }

    /// <summary>The secret, where <see cref="Outcome"/> is <see cref="SecretOutcome.Found"/>.</summary>
    public SecretContent? Content { get; private init; }

    /// <summary>The store's own name for this version of the secret, shortened to what a log line can hold; null where it has none.</summary>
    public string? Version { get; private init; }

    /// <summary>Why there is no secret, in words that go on after "it has no value: "; null where there is one.</summary>
    public string? Problem { get; private init; }

    /// <summary>How long the store wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static SecretReading Found(string text, string? version) => new(SecretOutcome.Found) { Content = new SecretContent(text), Version = version };

    public static SecretReading Failed(SecretOutcome outcome, string problem, string? version = null) =>
        new(outcome) { Problem = problem, Version = version };
}
