using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Keys;

/// <summary>One value of a configured key, as one version in its store.</summary>
/// <param name="name">The key's configured name.</param>
/// <param name="value">The secret.</param>
/// <param name="storeVersion">The store's own name for this version, or null.</param>
internal sealed class KeyVersion(string name, ApiKey value, string? storeVersion)
{
    private long _lastUsed;

    public ApiKey Value => value;

    public string? StoreVersion => storeVersion;

    public string Fingerprint => value.Fingerprint;

    /// <summary>What logs call it: name, the store's version where it has one, fingerprint.</summary>
    public string Label { get; } = storeVersion is null ? $"{name}/{value.Fingerprint}" : $"{name}/{storeVersion}/{value.Fingerprint}";

    /// <summary>When this process first read it.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it last went upstream, or null.</summary>
    public DateTimeOffset? LastUsed => Interlocked.Read(ref _lastUsed) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public void Used(DateTimeOffset now) => Interlocked.Exchange(ref _lastUsed, now.UtcTicks);

    public override string ToString() => Label;
}
