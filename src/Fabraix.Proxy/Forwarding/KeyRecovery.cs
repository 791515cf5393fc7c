using Fabraix.Proxy.Keys;

namespace Fabraix.Proxy.Forwarding;

/// <summary>
/// Finds the version to send a request again with after the upstream has refused the first one's.
/// Sending again is safe only then: a request whose key was refused (401, 403) was not executed. After anything else, a broken
/// connection too, nobody knows, and the request is not sent again.
/// </summary>
internal static class KeyRecovery
{
    // A candidate, the active one, and one that the refresh brought.
    private const int MostVersions = 3;

    /// <summary>The next lease, or null where there is nothing left to try.</summary>
    public static async ValueTask<KeyLease?> NextAsync(KeyLease lease, KeyVerdict verdict, List<KeyVersion> tried, CancellationToken cancellation)
    {
        if (verdict is not (KeyVerdict.Refused or KeyVerdict.Forbidden) || tried.Count >= MostVersions)
            return null;

        // A candidate that lost gives way to the version that serves. That one is known, so its 403 is about the operation.
        var slot = lease.Slot;
        var wasActive = lease.Version == slot.Life.Versions.Active;
        if (wasActive && verdict == KeyVerdict.Forbidden)
            return null;

        if (wasActive && slot.Life.Versions.Candidate is null)
            await slot.RefreshUnlessCoolAsync().WaitAsync(cancellation);
        return slot.Life.Another(tried) is { } version ? new KeyLease(slot, version) : null;
    }

    /// <summary>What an answer's status says of the key.</summary>
    public static KeyVerdict Judge(int? status) => status switch
    {
        >= 200 and < 300 => KeyVerdict.Accepted,
        401 => KeyVerdict.Refused,
        403 => KeyVerdict.Forbidden,
        _ => KeyVerdict.Unknown,
    };
}
