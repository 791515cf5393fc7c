namespace Fabraix.Proxy.Secrets.Environment;

/// <summary>The one place that reads environment variables past the configuration, whose sources leave out what may be secret.</summary>
internal static class ProcessEnvironment
{
#pragma warning disable RS0030 // This is the place that the ban points to.
    /// <summary>The variable's value, or null where it is not set or empty.</summary>
    public static string? Variable(string name) => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The variable's value, be it empty, or null where it is not set.</summary>
    public static string? Raw(string name) => System.Environment.GetEnvironmentVariable(name);
#pragma warning restore RS0030
}
