namespace Fabraix.Proxy.Configuration;

/// <summary>What is known of the start besides the configuration. Who reads a configuration for another machine knows none of it.</summary>
/// <param name="Variables">Names of all environment variables, so that a slip in a name is told.</param>
/// <param name="Urls">Where the public listener answers unless Kestrel:Endpoints says otherwise, separated by semicolons.</param>
/// <param name="UrlsFrom">Who said so, such as <c>--urls</c>.</param>
/// <param name="Serves">Whether the proxy serves already: then it follows the files of its certificates itself, and they are judged there.</param>
internal sealed record Surroundings(IReadOnlyCollection<string> Variables, string Urls, string UrlsFrom, bool Serves = false)
{
    /// <summary>Whether the machine has a developer's certificate, which Kestrel serves over https where none is configured.</summary>
    public Func<bool> HasDevelopersCertificate { get; init; } = static () => false;
}
