using Fabraix.Sandbox.StandIn;

namespace Fabraix.Sandbox;

/// <summary>Which of the account's keys the proxy holds; changing it rewrites the proxy's secret file and nothing else.</summary>
internal sealed class ProxyKey(StandInKeys keys, KeyFile file)
{
    private volatile StandInKey? _current;

    public StandInKey? Current => _current;

    public void Use(StandInKey key)
    {
        file.Write(key.Value);
        _current = key;
    }

    /// <summary>The documented rotation: make a new key, deploy it; the old one keeps working until it is revoked.</summary>
    public StandInKey Replace()
    {
        var key = keys.Create(KeyType.Development);
        Use(key);
        return key;
    }
}
