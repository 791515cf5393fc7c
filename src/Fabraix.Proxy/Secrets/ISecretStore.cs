namespace Fabraix.Proxy.Secrets;

/// <summary>A place where secrets are kept.</summary>
internal interface ISecretStore
{
    /// <summary>The part of a reference before the colon.</summary>
    string Scheme { get; }

    /// <summary>What is wrong with an identifier, without asking the store, or null.</summary>
    string? Judge(string identifier);

    /// <summary>Reads the secret. What goes wrong is a value, not an exception, and says nothing of the secret.</summary>
    ValueTask<SecretReading> ReadAsync(string identifier, CancellationToken cancellation);
}
