using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Edge;

/// <summary>
/// Decides whether the request names a host that this proxy answers for (RFC 9110 section 7.2), where AllowedHosts says so.
/// It stands with the target, of which the host is a part. It refuses with 400; this also ends DNS rebinding.
/// </summary>
internal sealed class HostStep(EdgeOptions options) : IStep
{
    private static readonly Refusal Unlisted = new(ProxyError.InvalidHeader, "host: not one of AllowedHosts");

    public string Name => "host";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        if (!Allows(options.AllowedHosts, context.Request.Host.Host))
            return Verdict.Refuse(Unlisted);
        if (options.AllowedHosts.Count > 0)
            RequestRecord.Of(context).Host = context.Request.Host;
        return Verdict.Pass;
    }

    internal static bool Allows(IReadOnlyList<string> allowed, string host)
    {
        if (allowed.Count == 0)
            return true;

        foreach (var pattern in allowed)
        {
            if (pattern.StartsWith("*.", StringComparison.Ordinal)
                ? host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
                : host.Equals(pattern, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
