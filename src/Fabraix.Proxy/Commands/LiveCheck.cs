using System.Net.Sockets;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Forwarding;
using Fabraix.Proxy.Tokens;
using Yarp.ReverseProxy.Forwarder;

namespace Fabraix.Proxy.Commands;

/// <summary>Asks everything outside that the configuration names whether it is there.</summary>
internal sealed class LiveCheck
{
    private const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly Findings _findings = new();
    private readonly List<string> _reached = [];

    public IReadOnlyList<Mistake> Mistakes => _findings.Mistakes;

    /// <summary>What was there, as lines for a person: without them "accepted" would not tell what was asked.</summary>
    public IReadOnlyList<string> Reached => _reached;

    public async Task RunAsync(ProxySettings settings, IConfiguration configuration, CancellationToken cancellation)
    {
        var keys = new LiveKeyCheck(settings, _findings, _reached);
        foreach (var key in settings.Keys)
            await keys.RunAsync(key, cancellation);

        await new LiveSecretCheck(settings, _findings, _reached).RunAsync(configuration);
        await new LiveStoreCheck(settings, _findings, _reached).RunAsync(configuration);
        using var fetcher = new KeyFetcher();
        foreach (var issuer in settings.Tokens.Issuers.Where(issuer => !issuer.Keys.IsMint))
            await FetchAsync(issuer, fetcher, cancellation);
        await ReachAsync(settings.Upstream, cancellation);
        if (configuration[Collector] is { Length: > 0 } endpoint)
            await ConnectAsync(new Uri(endpoint), cancellation);
    }

    /// <summary>An export that arrives nowhere is not missed: the proxy serves on, and says nothing.</summary>
    private async Task ConnectAsync(Uri collector, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(collector.Host, collector.Port, limit.Token);
            _reached.Add($"{Collector}: takes connections.");
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            var why = e is SocketException socket ? socket.SocketErrorCode.ToString() : "it did not answer in time";
            _findings.Mistake(Collector, $"cannot be reached ({why}).", "Check host, port (4317 for grpc, 4318 for http/protobuf) and the network's way to it, or leave it out.");
        }
    }

    private async Task FetchAsync(IssuerOptions issuer, KeyFetcher fetcher, CancellationToken cancellation)
    {
        var path = $"Fabraix:Tokens:Issuers:{issuer.Name}:{(issuer.Keys.Metadata is null ? "Jwks" : "Metadata")}";
        try
        {
            var (keys, leftOut) = JwksReader.Read(await fetcher.FetchAsync(issuer, cancellation), issuer);
            _reached.Add($"{path}: signing keys usable: {keys.Count}, left out: {leftOut.Count}.");
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            var set = e is InvalidDataException ? "Name the source of this issuer's signing keys." : "Check the address or the file, and the network's way to it.";
            _findings.Mistake(path, $"gives no usable keys: {KeySourceFailure.Of(e, issuer.Keys)}", set);
        }
    }

    private async Task ReachAsync(UpstreamOptions upstream, CancellationToken cancellation)
    {
        const string Path = "Fabraix:Upstream:Address";
        using var client = new UpstreamClient(upstream, new TraceContextPropagator());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(upstream.ConnectTimeout + upstream.Timeout);
        try
        {
            // Without the key: that anything answers is all that is asked.
            using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Address);
            using var response = await client.Invoker.SendAsync(request, limit.Token);
            _reached.Add($"{Path}: answers.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            var why = e is OperationCanceledException ? "it did not answer in time" : UpstreamFailure.Judge(ForwarderError.Request, e).Rule;
            _findings.Mistake(Path, $"cannot be reached ({why}).", "Check the address, CaFile, Proxy and the network's way to it.");
        }
    }
}
