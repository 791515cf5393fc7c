namespace Fabraix.Sandbox.StandIn;

/// <summary>How often a key may be used; an absent window is unlimited.</summary>
internal sealed record KeyLimits(int? PerMinute, int? PerHour)
{
    /// <summary>The documented limits of a type; Enterprise and Restricted keys bring their own.</summary>
    public static KeyLimits Of(KeyType type) => type switch
    {
        KeyType.Development => new(60, 1_000),
        KeyType.Production => new(600, 10_000),
        _ => new(null, null),
    };
}
