using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel;

namespace Fabraix.Proxy.Edge;

/// <summary>
/// Follows the files of the certificates that Kestrel's settings name, and gives each new connection the one that they hold now. Kestrel reads them once; its own way of
/// reading them again closes connections (docs/decisions/certificates-followed.md).
/// </summary>
internal sealed class ServedCertificates : BackgroundService
{
    private readonly List<ServedCertificate> _all = [];
    private readonly Dictionary<string, EndpointCertificates> _endpoints = new(StringComparer.OrdinalIgnoreCase);
    private readonly ServedCertificate? _default;

    public ServedCertificates(IConfiguration configuration, IHostEnvironment environment, ProxyMetrics metrics, TimeProvider time, ILogger<ServedCertificates> log)
    {
        var changes = new CertificateMetrics(metrics);
        var kestrel = configuration.GetSection("Kestrel");
        _default = Read(kestrel.GetSection("Certificates:Default"), "Default", null);
        foreach (var endpoint in kestrel.GetSection("Endpoints").GetChildren())
        {
            var own = Read(endpoint.GetSection("Certificate"), endpoint.Key, _default);
            _endpoints[endpoint.Key] = new EndpointCertificates(own, endpoint.GetSection("Sni").GetChildren()
                .Select(host => (host.Key, Read(host.GetSection("Certificate"), $"{endpoint.Key}:Sni:{host.Key}", own))));
        }

        changes.Observe(_all);

        // By Kestrel's rules: a file, or else one of the machine's store, or else what holds one level up.
        ServedCertificate? Read(IConfigurationSection section, string name, ServedCertificate? otherwise)
        {
            if (CertificateFile.Named(section, environment.ContentRootPath) is not { } file)
                return string.IsNullOrEmpty(section["Subject"]) ? otherwise : null;
            var one = new ServedCertificate(name, file, changes, time, log);
            _all.Add(one);
            return one;
        }
    }

    public IReadOnlyList<ServedCertificate> All => _all;

    /// <summary>Has Kestrel, which goes on to read and judge certificates at the start, ask here for each connection.</summary>
    public void Serve(KestrelConfigurationLoader kestrel)
    {
        // Where --urls says where to listen, an endpoint has no name.
        kestrel.Options.ConfigureHttpsDefaults(https => https.OnAuthenticate = (_, tls) => _default?.Stamp(tls));
        foreach (var (name, certificates) in _endpoints)
            kestrel.Endpoint(name, endpoint => endpoint.HttpsOptions.OnAuthenticate = (connection, tls) => certificates.For(HostOf(connection))?.Stamp(tls));
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var one in _all)
            one.Begin();
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_all.Select(one => one.FollowAsync(stoppingToken)));

    private static string HostOf(ConnectionContext connection) => connection.Features.Get<ITlsHandshakeFeature>()?.HostName ?? "";
}

internal static class FollowedCertificates
{
    public static void FollowCertificates(this KestrelConfigurationLoader kestrel) => kestrel.Options.ApplicationServices.GetRequiredService<ServedCertificates>().Serve(kestrel);

    public static void AddCertificates(this IServiceCollection services) =>
        services.AddSingleton<ServedCertificates>().AddHostedService(static provider => provider.GetRequiredService<ServedCertificates>());
}
