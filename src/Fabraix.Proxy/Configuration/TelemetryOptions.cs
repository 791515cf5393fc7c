namespace Fabraix.Proxy.Configuration;

/// <summary><c>Fabraix:Telemetry</c>: whom the proxy believes about traces.</summary>
internal sealed record TelemetryOptions
{
    /// <summary>
    /// Whether a request's span continues the trace that its <c>traceparent</c> names, with that trace's sampling decision and <c>tracestate</c>. Default false: a new
    /// trace begins, and has a link to the page's. True lets whoever can reach the proxy have every request recorded, and write into any trace
    /// whose id they know (W3C Trace Context, Security Considerations). It matters only where traces are exported.
    /// </summary>
    public bool TrustBrowserTrace { get; init; }

    public static TelemetryOptions Read(SectionReader section)
    {
        var trust = section.Flag("TrustBrowserTrace", otherwise: false);
        section.RefuseUnknownKeys();
        return new TelemetryOptions { TrustBrowserTrace = trust };
    }
}
