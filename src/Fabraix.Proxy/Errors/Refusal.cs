namespace Fabraix.Proxy.Errors;

/// <summary>
/// One request's no: the error that the browser learns, and the rule that only the log learns.
/// Most are made once, as constants of the step that gives them.
/// </summary>
/// <param name="Error">What the caller is told.</param>
/// <param name="Rule">Which rule decided, in the words of the documentation; never a value that the client sent.</param>
internal sealed record Refusal(ProxyError Error, string Rule)
{
    /// <summary>Seconds for Retry-After (RFC 9110 section 10.2.3), and for a 429's <c>retry_after</c>.</summary>
    public int? RetryAfter { get; init; } = Error.RetryAfter;

    /// <summary>WWW-Authenticate (RFC 9110 section 11.6.1).</summary>
    public string? Challenge { get; init; } = Error.Challenge;

    /// <summary>Allow, owed by a 405 (RFC 9110 section 15.5.6).</summary>
    public string? Allow { get; init; }

    /// <summary>The upstream's status, where it answered (RFC 9209 section 2.1.4).</summary>
    public int? ReceivedStatus { get; init; }

    /// <summary>The Proxy-Status error where it is finer than the code's usual one.</summary>
    public string ProxyStatus { get; init; } = Error.ProxyStatus;

    /// <summary>Whether the connection cannot be trusted to be in step any more.</summary>
    public bool CloseConnection { get; init; }
}
