namespace Fabraix.Proxy.Keys;

/// <summary>The versions of one key at one moment.</summary>
/// <param name="Active">What requests carry, or null where there never was a value.</param>
/// <param name="Candidate">Read, and not yet proven.</param>
/// <param name="Draining">The one before, while it is kept.</param>
/// <param name="DrainingUntil">When it is forgotten.</param>
/// <param name="Dropped">The last candidate that the upstream refused.</param>
/// <param name="Refused">Whether the upstream's last word on the active one was a refusal.</param>
internal sealed record KeyVersions(KeyVersion? Active, KeyVersion? Candidate, KeyVersion? Draining, DateTimeOffset DrainingUntil, KeyVersion? Dropped, bool Refused)
{
    public static readonly KeyVersions None = new(null, null, null, default, null, Refused: false);

    public IEnumerable<(KeyVersion Version, KeyState State)> All
    {
        get
        {
            if (Active is not null)
                yield return (Active, KeyState.Active);
            if (Candidate is not null)
                yield return (Candidate, KeyState.Candidate);
            if (Draining is not null)
                yield return (Draining, KeyState.Draining);
            if (Dropped is not null)
                yield return (Dropped, KeyState.Dropped);
        }
    }
}
