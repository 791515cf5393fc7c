using System.Diagnostics.Metrics;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Edge;

/// <summary>What became of changes of certificates' files.</summary>
internal sealed class CertificateMetrics(ProxyMetrics metrics)
{
    private readonly Counter<long> _reloads = metrics.Counter("fabraix.proxy.certificate.reloads", "{reload}", "Changes of the files of the public listener's certificates, by what they came to.");

    public void Accepted(string certificate) => Count(certificate, "accepted", 1);

    public void Refused(string certificate) => Count(certificate, "refused", 1);

    /// <summary>Has expiries told, and the counts begin with nothing, so that the first change is an increase.</summary>
    public void Observe(IReadOnlyList<ServedCertificate> all)
    {
        foreach (var one in all)
        {
            Count(one.Name, "accepted", 0);
            Count(one.Name, "refused", 0);
        }

        metrics.Gauge("fabraix.proxy.certificate.expiry", "s", "When a certificate of the public listener expires, in seconds since 1970.", () =>
            from one in all
            let current = one.Current
            where current is not null
            select new Measurement<double>(current.Expires.ToUnixTimeSeconds(), Label(one.Name)));
    }

    private void Count(string certificate, string outcome, long delta) => _reloads.Add(delta, Label(certificate), new("fabraix.outcome", outcome));

    private static KeyValuePair<string, object?> Label(string certificate) => new("fabraix.certificate", certificate);
}
