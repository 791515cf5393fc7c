using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Telemetry;

/// <summary>Takes what the proxy exports by OTLP over HTTP, byte by byte, and reads spans and exemplars out of it (opentelemetry-proto, trace.proto and metrics.proto).</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly RecordingUpstream server = RecordingUpstream.Start();

    public OtlpCollector() => server.Answer = static exchange => exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: application/x-protobuf", "Content-Length: 0"));

    public Uri Address => server.Address;

    /// <summary>All that came, as one text in which a test looks for what must not be there.</summary>
    public string Everything => string.Concat(server.Requests.Select(request => request.Everything));

    public IReadOnlyList<ProtoMessage> Messages(string path) => [.. server.Requests.Where(request => request.Target == path).Select(request => new ProtoMessage(request.Body))];

    public IReadOnlyList<SpanSeen> Spans => [.. Messages("/v1/traces").SelectMany(message => message.All(1, 2, 2)).Select(span => new SpanSeen(span))];

    public IReadOnlyList<SpanSeen> ServerSpans => [.. Spans.Where(span => span.Kind == SpanSeen.Server)];

    /// <summary>Trace ids of the exemplars of one histogram.</summary>
    public IReadOnlyList<string> Exemplars(string metric) =>
        [.. Messages("/v1/metrics").SelectMany(message => message.All(1, 2, 2)).Where(one => one.Text(1) == metric).SelectMany(one => one.All(9, 1, 8)).Select(exemplar => exemplar.Hex(5))];

    /// <summary>Has the proxy export to it, and soon.</summary>
    public void Collect(ProxySetup setup)
    {
        setup.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = server.Address.ToString();
        setup.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        setup.Settings["OTEL_BSP_SCHEDULE_DELAY"] = "20";
        setup.Settings["OTEL_METRIC_EXPORT_INTERVAL"] = "50";
    }

    /// <summary>The server span of the only request so far.</summary>
    public async Task<SpanSeen> OnlyAsync()
    {
        await Bounds.UntilAsync(() => ServerSpans.Count > 0, "the server span");
        return Assert.Single(ServerSpans);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}

/// <summary>One span as the collector got it.</summary>
internal sealed class SpanSeen(ProtoMessage span)
{
    public const long Server = 2;
    public const long Client = 3;
    public const long Error = 2;

    public string TraceId => span.Hex(1);

    public string SpanId => span.Hex(2);

    public string State => span.Text(3);

    public string Parent => span.Hex(4);

    public string Name => span.Text(5);

    public long Kind => span.Number(6);

    public SortedDictionary<string, string> Attributes => span.Attributes(9);

    public string[] Links => [.. span.All(13).Select(link => $"{link.Hex(1)} {link.Hex(2)}{link.Text(3)}")];

    /// <summary>0 where it is unset, as a refusal leaves it.</summary>
    public long Status => span.All(15).SingleOrDefault()?.Number(3) ?? 0;
}
