using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Circuit;

/// <summary>On whose behalf something goes upstream: a user (issuer and subject), or the operator's own configuration.</summary>
internal readonly record struct Asker(string? Issuer, string? Subject)
{
    /// <summary>No issuer has an empty name.</summary>
    public static Asker Operator => default;

    public static Asker Of(Caller caller) => new(caller.Issuer, caller.Subject);
}
