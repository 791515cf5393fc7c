using System.Diagnostics;

namespace Fabraix.Proxy.Secrets;

/// <summary>What a store takes for the proxy's identity for a while. It is as secret as the key, and prints as [redacted].</summary>
/// <param name="value">As the store's header carries it.</param>
/// <param name="renewFrom">From when on a new one, or more time for this one, should be had.</param>
/// <param name="expires">From when on it is worth nothing.</param>
[DebuggerDisplay("[redacted]")]
internal sealed class StoreToken(string value, DateTimeOffset renewFrom, DateTimeOffset expires)
{
    public string Value { get; } = value;

    public DateTimeOffset RenewFrom { get; } = renewFrom;

    public DateTimeOffset Expires { get; } = expires;

    /// <summary>Whether its time can be prolonged.</summary>
    public bool IsRenewable { get; init; }

    public override string ToString() => "[redacted]";
}
