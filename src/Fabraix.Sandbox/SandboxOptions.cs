namespace Fabraix.Sandbox;

/// <summary>Ports (0 takes any free one) and what tests change about the proxy.</summary>
internal sealed record SandboxOptions
{
    public int PagePort { get; init; } = 3000;

    public int ForeignPort { get; init; } = 3001;

    public int ProxyPort { get; init; } = 8080;

    public int ManagementPort { get; init; } = 8081;

    public int UpstreamPort { get; init; } = 8090;

    public int AdminPort { get; init; } = 8091;

    public int IssuerPort { get; init; } = 8092;

    /// <summary>Laid over the proxy's configuration last; a test shortens a timeout or breaks an issuer with it.</summary>
    public IReadOnlyDictionary<string, string?> ProxySettings { get; init; } = new Dictionary<string, string?>();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static SandboxOptions AnyPorts { get; } = new()
    {
        PagePort = 0,
        ForeignPort = 0,
        ProxyPort = 0,
        ManagementPort = 0,
        UpstreamPort = 0,
        AdminPort = 0,
        IssuerPort = 0,
    };
}
