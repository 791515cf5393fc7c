namespace Fabraix.Proxy.Secrets.Environment;

/// <summary><c>env:NAME</c>: an environment variable. It cannot change while the process runs, and has no version.</summary>
internal sealed class EnvironmentSecretStore : ISecretStore
{
    public static string? Judge(SecretReference secret) =>
        secret.Identifier.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? null : "does not name an environment variable.";

    public Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation) =>
        Task.FromResult(ProcessEnvironment.Raw(secret.Identifier) is { } value
            ? SecretText.Read(value, secret.Field, version: null)
            : SecretReading.Failed(SecretOutcome.Absent, "the environment variable that the reference names is not set"));
}
