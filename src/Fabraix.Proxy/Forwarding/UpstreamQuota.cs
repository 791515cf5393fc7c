using System.Globalization;
using System.Net.Http.Headers;

namespace Fabraix.Proxy.Forwarding;

/// <summary>What an answer of the upstream tells of the quota of the key that its request carried: the tightest window, where it tells of several.</summary>
/// <param name="Remaining">What is left of it, in the upstream's units.</param>
/// <param name="Reset">For how long that has to do; more than nothing, and at most an hour.</param>
internal readonly record struct UpstreamQuota(int Remaining, TimeSpan Reset)
{
    private const int Longest = 3600;
    private const int MostCharacters = 1024;

    // A time of day in seconds since 1970, and not a span: a span of this length is thirty years.
    private const long UnixTimes = 1_000_000_000;

    /// <summary>
    /// Reads <c>RateLimit</c> (draft-ietf-httpapi-ratelimit-headers section 4; with <c>RateLimit-Policy</c>, section 3, where a window's end is not told), its older form <c>limit=, remaining=, reset=</c>, or the
    /// headers from before it. Null where there is none, and where it is malformed: a wrong picture is worse than none.
    /// </summary>
    public static UpstreamQuota? Read(HttpHeaders headers, DateTimeOffset now)
    {
        var all = headers.NonValidated;
        if (all.TryGetValues("RateLimit", out var field))
        {
            var text = field.ToString();
            var policy = all.TryGetValues("RateLimit-Policy", out var policies) ? policies.ToString() : "";
            return text.Length > MostCharacters || policy.Length > MostCharacters ? null : text.AsSpan().TrimStart(' ') is ['"', ..] ? FromList(text, policy) : FromDictionary(text, now);
        }

        return FromPair(all, "RateLimit-Remaining", "RateLimit-Reset", now) ?? FromPair(all, "X-RateLimit-Remaining", "X-RateLimit-Reset", now);
    }

    private static UpstreamQuota? FromList(string text, string policy)
    {
        UpstreamQuota? tightest = null;
        var field = new StructuredField(text);
        do
        {
            if (!TryItem(ref field, "r", "t", out var name, out var remaining, out var seconds) || remaining is not >= 0 || seconds < 0)
                return null;
            if (Of(remaining.Value, seconds ?? Window(policy, name)) is { } quota && (tightest is not { } other || quota.IsTighterThan(other)))
                tightest = quota;
        }
        while (field.TryComma());

        return field.IsAtEnd ? tightest : null;
    }

    /// <summary>The length of a named window, or null; it then ends within that time.</summary>
    private static long? Window(string policy, ReadOnlySpan<char> name)
    {
        long? window = null;
        var field = new StructuredField(policy);
        do
        {
            if (!TryItem(ref field, "q", "w", out var other, out var quota, out var seconds) || quota is not >= 0 || seconds < 0)
                return null;
            if (other.SequenceEqual(name))
                window = seconds;
        }
        while (field.TryComma());

        return field.IsAtEnd ? window : null;
    }

    /// <summary>A string with parameters, of which two may be integers; another type under their names is malformed.</summary>
    private static bool TryItem(ref StructuredField field, string first, string second, out ReadOnlySpan<char> name, out long? one, out long? two)
    {
        (one, two) = (null, null);
        if (!field.TryString(out name))
            return false;
        while (field.TryParameter(out var key, out var integer))
        {
            var (isFirst, isSecond) = (key.SequenceEqual(first), key.SequenceEqual(second));
            if ((isFirst || isSecond) && integer is null)
                return false;
            one = isFirst ? integer : one;
            two = isSecond ? integer : two;
        }

        return true;
    }

    private static UpstreamQuota? FromDictionary(string text, DateTimeOffset now)
    {
        (long? Remaining, long? Reset) found = default;
        var field = new StructuredField(text);
        do
        {
            if (!field.TryMember(out var key, out var integer))
                return null;
            found = key switch
            {
                "remaining" => (integer, found.Reset),
                "reset" => (found.Remaining, integer),
                _ => found,
            };
            while (field.TryParameter(out _, out _))
            {
                // None is of interest here.
            }
        }
        while (field.TryComma());

        return field.IsAtEnd && found.Remaining is { } remaining ? Of(remaining, Span(found.Reset, now)) : null;
    }

    private static UpstreamQuota? FromPair(HttpHeadersNonValidated headers, string remaining, string reset, DateTimeOffset now) =>
        Whole(headers, remaining) is { } left && Whole(headers, reset) is { } until ? Of(left, Span(until, now)) : null;

    private static long? Whole(HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out var values) && values.Count == 1 && values.ToString() is { Length: <= 15 } text
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? Span(long? reset, DateTimeOffset now) => reset > UnixTimes ? reset - now.ToUnixTimeSeconds() : reset;

    // A window that is over says nothing of the next.
    private static UpstreamQuota? Of(long remaining, long? seconds) =>
        remaining >= 0 && seconds > 0 ? new UpstreamQuota((int)Math.Min(remaining, int.MaxValue), TimeSpan.FromSeconds(Math.Min(seconds.Value, Longest))) : null;

    private bool IsTighterThan(UpstreamQuota other) => Remaining < other.Remaining || (Remaining == other.Remaining && Reset > other.Reset);
}
