using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Commands;

/// <summary>Whether .NET itself is recent enough: flaws of its server are flaws of the proxy.</summary>
internal static class RuntimeVersion
{
    private static readonly Version Least = new(10, 0, 13);

    /// <summary>A warning where it is older.</summary>
    public static IReadOnlyList<Mistake> Judge(Version runtime) =>
        runtime >= Least ? [] : [new Mistake(".NET", $"{runtime} has security flaws that {Least} mends.", $"Run on .NET {Least} or later.")];
}
