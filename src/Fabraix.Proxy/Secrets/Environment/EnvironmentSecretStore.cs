namespace Fabraix.Proxy.Secrets.Environment;

/// <summary><c>env:NAME</c>: an environment variable. It cannot change while the process runs.</summary>
internal sealed class EnvironmentSecretStore : ISecretStore
{
    public string Scheme => "env";

    public string? Judge(string identifier) =>
        identifier.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? null : "does not name an environment variable.";

    public ValueTask<SecretReading> ReadAsync(string identifier, CancellationToken cancellation)
    {
#pragma warning disable RS0030 // This is the one place that the ban points to.
        var value = System.Environment.GetEnvironmentVariable(identifier);
#pragma warning restore RS0030
        return ValueTask.FromResult(value is null ? SecretReading.Failed("the environment variable is not set") : SecretReading.Of(value));
    }
}
