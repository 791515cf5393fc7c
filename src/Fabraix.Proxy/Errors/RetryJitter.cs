using System.Security.Cryptography;

namespace Fabraix.Proxy.Errors;

/// <summary>Scatters the seconds of Retry-After (RFC 9110 section 10.2.3), so that clients which were refused together do not come back together.</summary>
internal static class RetryJitter
{
    /// <summary>Whole seconds, rounded up and at least 1, and up to a fifth of them more, or 1: never sooner than what is waited for.</summary>
    public static int Add(double seconds)
    {
        var wait = (int)Math.Clamp(Math.Ceiling(seconds), 1, int.MaxValue / 2);
        return Between(wait, wait + Math.Max(1, wait / 5));
    }

    /// <summary>Any whole number of the range, both ends included.</summary>
    public static int Between(int least, int most) => RandomNumberGenerator.GetInt32(least, most + 1);
}
