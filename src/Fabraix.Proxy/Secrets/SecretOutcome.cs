namespace Fabraix.Proxy.Secrets;

/// <summary>What reading a secret came to, in the same words for every store: metrics count it by these names.</summary>
internal enum SecretOutcome
{
    /// <summary>A value.</summary>
    Found,

    /// <summary>The store has no such secret or version.</summary>
    Absent,

    /// <summary>The secret is a JSON object or a set of values, without this field; or it is no such thing.</summary>
    NoField,

    /// <summary>Nothing, or a newline alone.</summary>
    Empty,

    /// <summary>More than 4 KiB.</summary>
    TooLong,

    /// <summary>Something outside visible ASCII, or a reference or template that nothing has resolved.</summary>
    Malformed,

    /// <summary>The secret or this version of it is there, but switched off, deleted or destroyed.</summary>
    Disabled,

    /// <summary>Its time has passed, or has not come, where the store says so.</summary>
    Expired,

    /// <summary>The store does not know who asks, or does not let them read it.</summary>
    Forbidden,

    /// <summary>The store wants to be asked less often.</summary>
    Throttled,

    /// <summary>The store could not be reached, or says that it is out of order.</summary>
    Unavailable,

    /// <summary>The store did not answer in time.</summary>
    TimedOut,

    /// <summary>The store's answer cannot be read: cut off, too large, damaged or not what it documents.</summary>
    Broken,
}
