namespace Fabraix.Proxy.Secrets;

/// <summary>The proxy has nothing to show a store: it does not get as far as reading. <see cref="Reading"/> says why, and nothing secret.</summary>
internal sealed class NoIdentityException : Exception
{
    private NoIdentityException(SecretReading reading)
        : base(reading.Problem) => Reading = reading;

    public SecretReading Reading { get; }

    /// <summary>A sign-in that failed.</summary>
    public static NoIdentityException Of(SecretReading failure) =>
        new(SecretReading.Failed(failure.Outcome, "signing in failed: " + failure.Problem) with { RetryAfter = failure.RetryAfter });

    /// <summary>There is nothing to sign in with, or too much: a variable or a file is missing, wrong or one too many.</summary>
    public static NoIdentityException Because(string problem) => new(SecretReading.Failed(SecretOutcome.Forbidden, problem));
}
