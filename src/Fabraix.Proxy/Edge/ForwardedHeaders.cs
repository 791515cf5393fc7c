using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Fabraix.Proxy.Edge;

/// <summary>
/// Takes the client's address and scheme from X-Forwarded-For and -Proto, from trusted proxies only: from the right, until
/// an address that is not trusted. Without trusted proxies it is not in the pipeline at all.
/// </summary>
internal static class ForwardedHeaders
{
    private const string Addresses = "X-Forwarded-For";
    private const string Scheme = "X-Forwarded-Proto";

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
        app.Use(static (context, next) =>
        {
            KeepTrustedSchemes(context.Request.Headers);
            SpellPlainly(context);
            return next(context);
        });
        app.UseForwardedHeaders(options);
    }

    /// <summary>
    /// Drops from the left what no trusted proxy can have added: each adds one address and one scheme, so a scheme beyond the
    /// addresses is the client's own. The framework would go on to the leftmost one, since no address says where to stop.
    /// </summary>
    internal static void KeepTrustedSchemes(IHeaderDictionary headers)
    {
        var schemes = headers.GetCommaSeparatedValues(Scheme);
        var hops = Math.Max(1, headers.GetCommaSeparatedValues(Addresses).Length);
        if (schemes.Length > hops)
            headers[Scheme] = string.Join(", ", schemes[^hops..]);
    }

    /// <summary>Gives the framework no address in two spellings: see <see cref="TrustedNetworks.Plain(IPAddress)"/>.</summary>
    internal static void SpellPlainly(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { } remote)
            context.Connection.RemoteIpAddress = TrustedNetworks.Plain(remote);

        var addresses = context.Request.Headers.GetCommaSeparatedValues(Addresses);
        if (addresses.Length > 0)
            context.Request.Headers[Addresses] = string.Join(", ", addresses.Select(static text => IPEndPoint.TryParse(text, out var at) && at.Address.IsIPv4MappedToIPv6 ? at.Address.MapToIPv4().ToString() : text));
    }
}
