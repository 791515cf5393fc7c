using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy;

/// <summary>What whoever starts the proxy in its own process may put in place of the usual.</summary>
internal sealed record HostSeams
{
    /// <summary>Adds where log lines go, and the filters of its own; default the console.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Addresses to listen on, separated by semicolons, where Kestrel:Endpoints says nothing; default <c>http://localhost:8080</c>.</summary>
    public string Urls { get; init; } = "http://localhost:8080";

    /// <summary>What secret stores take from the process; default the process itself.</summary>
    public StoreContext Stores { get; init; } = new();

    /// <summary>Most bytes of request bodies in memory together; default what the machine allows.</summary>
    public long? BodyMemory { get; init; }

    /// <summary>Most connections to the public listener at once; default what the machine carries.</summary>
    public int? Connections { get; init; }

    /// <summary>Where a changed configuration comes from; default nowhere, and then it never changes.</summary>
    public ReloadSource? Reload { get; init; }

    /// <summary>By what the windows of limits are shorter than a minute and an hour.</summary>
    public int WindowsShorter { get; init; } = 1;
}
