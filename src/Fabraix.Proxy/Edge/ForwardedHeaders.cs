using Microsoft.AspNetCore.HttpOverrides;

namespace Fabraix.Proxy.Edge;

/// <summary>
/// Takes the client's address and scheme from X-Forwarded-For and -Proto, from trusted proxies only: from the right, until
/// an address that is not trusted. Without trusted proxies it is not in the pipeline at all.
/// </summary>
internal static class ForwardedHeaders
{
    public static void UseTrustedForwardedHeaders(this IApplicationBuilder app, EdgeOptions edge)
    {
        if (edge.TrustedProxies.Count == 0)
            return;

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders.XForwardedFor | Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };

        // The default trusts loopback.
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var network in edge.TrustedProxies)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }
}
