using System.Reflection;

namespace Fabraix.Proxy.Telemetry;

/// <summary>Which build this is.</summary>
internal static class BuildVersion
{
    private static readonly string[] Parts =
        (typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+', 2);

    public static string Version => Parts[0];

    public static string Commit => Parts.Length > 1 ? Parts[1] : "unknown";
}
