namespace Fabraix.Proxy.Keys;

/// <summary>Where a version is in its life.</summary>
internal enum KeyState
{
    /// <summary>Read from the store, and not yet accepted by the upstream.</summary>
    Candidate,

    /// <summary>What requests carry.</summary>
    Active,

    /// <summary>Replaced, and kept for a while should its successor be refused.</summary>
    Draining,

    /// <summary>A candidate that the upstream refused. It is tried again when its version in the store changes.</summary>
    Dropped,
}

/// <summary>What the upstream's answer says of the key that the request carried.</summary>
internal enum KeyVerdict
{
    /// <summary>2xx: the key was good.</summary>
    Accepted,

    /// <summary>401: the key was refused, and so nothing was executed.</summary>
    Refused,

    /// <summary>403: the key is known, but may not do this; nothing was executed either. It proves a candidate unfit, and says nothing new of the active version.</summary>
    Forbidden,

    /// <summary>Anything else says nothing of the key.</summary>
    Unknown,
}
