namespace Fabraix.Proxy.Secrets;

/// <summary>A place where secrets are kept.</summary>
internal interface ISecretStore
{
    /// <summary>
    /// Reads the secret once. What goes wrong is a value, not an exception, and says nothing of the secret; the time that it
    /// may take is <see cref="SecretReader"/>'s to bound.
    /// </summary>
    Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation);
}

/// <summary>A store that can tell when a secret has changed, so that it need not be asked all the time.</summary>
internal interface IWatchingSecretStore : ISecretStore
{
    /// <summary>
    /// Calls <paramref name="changed"/> after each change, and perhaps without one, until it is cancelled. It returns or throws
    /// when it can watch no longer; whoever asked begins again after a while, and polls meanwhile.
    /// </summary>
    Task WatchAsync(SecretReference secret, Action changed, CancellationToken cancellation);
}
