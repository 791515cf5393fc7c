namespace Fabraix.Proxy.Pipeline;

/// <summary>
/// One method of one path on the management listener. What is not GET changes something or gives something out: the listener lets no browser
/// near it, and it demands a client with the right itself.
/// </summary>
internal interface IManagementEndpoint
{
    string Method { get; }

    string Path { get; }

    Task HandleAsync(HttpContext context);
}
