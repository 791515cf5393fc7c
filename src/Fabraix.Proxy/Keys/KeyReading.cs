using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Keys;

/// <summary>What reading a secret came to, judged as a key. Nothing in it but <see cref="Key"/> is secret.</summary>
/// <param name="Outcome">In the store's words, or why what it gave is no key.</param>
/// <param name="Key">The key, where <paramref name="Outcome"/> is <see cref="SecretOutcome.Found"/>.</param>
/// <param name="Version">The store's name for this version, or null.</param>
/// <param name="Problem">Why there is no key, in words that go on after "it has no value: "; null where there is one.</param>
/// <param name="RetryAfter">How long the store wants to be left alone.</param>
internal sealed record KeyReading(SecretOutcome Outcome, ApiKey? Key, string? Version, string? Problem, TimeSpan? RetryAfter)
{
    public static KeyReading Of(SecretReading reading)
    {
        if (reading.Content is not { } content)
            return new KeyReading(reading.Outcome, Key: null, reading.Version, reading.Problem, reading.RetryAfter);
        return ApiKey.TryParse(content.Reveal(), out var key, out var outcome, out var problem)
            ? new KeyReading(SecretOutcome.Found, key, reading.Version, Problem: null, reading.RetryAfter)
            : new KeyReading(outcome, Key: null, reading.Version, problem, reading.RetryAfter);
    }
}
