using Fabraix.Proxy.Keys;

namespace Fabraix.Proxy.Status;

/// <summary>One configured key.</summary>
/// <param name="Name">Its configured name.</param>
/// <param name="Store">The kind of store, such as <c>file</c>. Never the reference: people put secrets in its place.</param>
/// <param name="Usable">Whether requests are sent with it.</param>
/// <param name="ReadSecondsAgo">Since the store last gave a good value; null where it never did.</param>
/// <param name="RefreshSeconds">How often the store is asked.</param>
/// <param name="Problem">What is wrong; null where nothing is.</param>
/// <param name="Versions">At most four.</param>
internal sealed record KeyStatus(string Name, string Store, bool Usable, double? ReadSecondsAgo, double RefreshSeconds, string? Problem, IReadOnlyList<VersionStatus> Versions)
{
    public static KeyStatus Of(KeySlot slot) => new(
        slot.Options.Name,
        slot.Options.Secret.Scheme,
        slot.IsUsable,
        slot.Age?.TotalSeconds,
        slot.Options.RefreshInterval.TotalSeconds,
        slot.Problem,
        [.. slot.Life.Versions.All.Select(entry => VersionStatus.Of(entry.Version, entry.State))]);
}

/// <summary>One version of a key.</summary>
/// <param name="Label">What logs call it: name, the store's version, fingerprint.</param>
/// <param name="State">candidate, active, draining or dropped.</param>
/// <param name="Since">When this process first read it.</param>
/// <param name="LastUsed">When it last went upstream, or null.</param>
internal sealed record VersionStatus(string Label, string State, DateTimeOffset Since, DateTimeOffset? LastUsed)
{
    public static VersionStatus Of(KeyVersion version, KeyState state) => new(version.Label, state.ToString().ToLowerInvariant(), version.Since, version.LastUsed);
}
