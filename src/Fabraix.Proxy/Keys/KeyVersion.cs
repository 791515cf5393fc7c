using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Keys;

/// <summary>One value of a configured key.</summary>
internal sealed record KeyVersion(string Name, ApiKey Value)
{
    /// <summary>What logs call it.</summary>
    public string Label { get; } = $"{Name}/{Value.Fingerprint}";

    public override string ToString() => Label;
}
