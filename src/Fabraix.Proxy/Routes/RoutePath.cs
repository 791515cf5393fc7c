using System.Diagnostics.CodeAnalysis;
using Fabraix.Proxy.Edge;

namespace Fabraix.Proxy.Routes;

/// <summary>A path that a request can name, judged by the same function that judges requests: what could never match is refused at start.</summary>
internal sealed record RoutePath
{
    private RoutePath(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out RoutePath? path)
    {
        path = TargetStep.Judge(text) is null ? new RoutePath(text) : null;
        return path is not null;
    }

    public override string ToString() => Value;
}
