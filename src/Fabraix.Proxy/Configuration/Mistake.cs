namespace Fabraix.Proxy.Configuration;

/// <summary>One thing wrong with a configuration. It never repeats a configured value: the value may be a secret in the wrong place.</summary>
/// <param name="Path">The configuration path, such as <c>Fabraix:Routes:event:Scope</c>.</param>
/// <param name="Wrong">What is wrong.</param>
/// <param name="Set">What to set instead.</param>
internal sealed record Mistake(string Path, string Wrong, string Set)
{
    public override string ToString() => $"{Path}: {Wrong} {Set}";
}
