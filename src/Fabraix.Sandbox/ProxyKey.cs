using Fabraix.Sandbox.StandIn;

namespace Fabraix.Sandbox;

/// <summary>Which of the account's keys the proxy holds; changing it rewrites the proxy's secret file and nothing else.</summary>
internal sealed class ProxyKey(StandInKeys keys, KeyFile file)
{
    /// <summary>Of an Enterprise key, so that the page's traffic has room; what one user may do is the proxy's to limit.</summary>
    public static readonly KeyLimits Limits = new(PerMinute: 6_000, PerHour: 100_000);

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
        var key = keys.Create(KeyType.Enterprise, Limits);
        Use(key);
        return key;
    }

    /// <summary>The last step of a rotation: every key but the proxy's stops working.</summary>
    public void RevokeOthers()
    {
        foreach (var key in keys.All.Where(key => key != _current))
            key.Revoke();
    }
}
