using System.Reflection;
using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Commands;

/// <summary>Whether .NET itself is recent enough: flaws of its server are flaws of the proxy.</summary>
internal static class RuntimeVersion
{
    private static readonly Version Least = new(10, 0, 13);

    /// <summary>Of ASP.NET Core, whose flaws they are: a native program may hold another patch of it than of the core library.</summary>
    public static Version Current { get; } = Read(typeof(WebApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);

    /// <param name="informational">Such as <c>10.0.14+5e2d…</c> or <c>10.0.14-servicing.1</c>; anything else leaves the core library's.</param>
    internal static Version Read(string? informational) => Version.TryParse(informational?.Split('+', '-')[0], out var version) ? version : Environment.Version;

    /// <summary>A warning where it is older.</summary>
    public static IReadOnlyList<Mistake> Judge(Version runtime) =>
        runtime >= Least ? [] : [new Mistake(".NET", $"{runtime} of ASP.NET Core has security flaws that {Least} mends.", $"Run on .NET {Least} or later.")];
}
