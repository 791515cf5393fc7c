using Fabraix.Proxy.Keys;

namespace Fabraix.Sandbox.StandIn;

/// <summary>Names a key as the proxy's own log and health do, so that both sides can be laid beside each other.</summary>
internal static class KeyFingerprint
{
    public static string Of(string value) =>
        ApiKey.TryParse(value, out var key, out _, out var problem) ? key.Fingerprint : throw new ArgumentException(problem, nameof(value));
}
