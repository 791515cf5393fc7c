using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Forwarding;
using Fabraix.Proxy.Tokens;
using Yarp.ReverseProxy.Forwarder;

namespace Fabraix.Proxy.Commands;

/// <summary>Asks everything outside that the configuration names whether it is there.</summary>
internal static class LiveCheck
{
    public static async Task<IReadOnlyList<Mistake>> RunAsync(ProxySettings settings, CancellationToken cancellation)
    {
        var findings = new Findings();
        foreach (var key in settings.Keys)
        {
            if ((await key.Store.ReadAsync(key.Identifier, cancellation)).Problem is { } problem)
                findings.Mistake($"Fabraix:Keys:{key.Name}:Secret", $"gives no key: {problem}.", "Put the key there, or name another place.");
        }

        using var fetcher = new KeyFetcher();
        foreach (var issuer in settings.Tokens.Issuers)
            await FetchAsync(issuer, fetcher, findings, cancellation);
        await ReachAsync(settings.Upstream, findings, cancellation);
        return findings.Mistakes;
    }

    private static async Task FetchAsync(IssuerOptions issuer, KeyFetcher fetcher, Findings findings, CancellationToken cancellation)
    {
        var path = $"Fabraix:Tokens:Issuers:{issuer.Name}:{(issuer.Keys.Metadata is null ? "Jwks" : "Metadata")}";
        try
        {
            JwksReader.Read(await fetcher.FetchAsync(issuer, cancellation), issuer);
        }
        catch (InvalidDataException e)
        {
            findings.Mistake(path, $"gives no usable keys: {e.Message}", "Name the source of this issuer's signing keys.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or UnauthorizedAccessException)
        {
            findings.Mistake(path, $"cannot be read ({e.GetType().Name}).", "Check the address or the file, and the network's way to it.");
        }
    }

    private static async Task ReachAsync(UpstreamOptions upstream, Findings findings, CancellationToken cancellation)
    {
        using var client = new UpstreamClient(upstream, new TraceContextPropagator());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(upstream.ConnectTimeout + upstream.Timeout);
        try
        {
            // Without the key: that anything answers is all that is asked.
            using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Address);
            using var response = await client.Invoker.SendAsync(request, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            var why = e is OperationCanceledException ? "it did not answer in time" : UpstreamFailure.Judge(ForwarderError.Request, e).Rule;
            findings.Mistake("Fabraix:Upstream:Address", $"cannot be reached ({why}).", "Check the address, CaFile, Proxy and the network's way to it.");
        }
    }
}
