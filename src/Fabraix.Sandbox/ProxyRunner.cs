using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fabraix.Proxy;
using Fabraix.Sandbox.Issuer;
using Microsoft.AspNetCore.Connections;

namespace Fabraix.Sandbox;

/// <summary>Runs the real proxy with the shipped appsettings.json, and over it the addresses of the sandbox.</summary>
internal static class ProxyRunner
{
    public static async Task<RunningProxy> StartAsync(
        SandboxOptions options, SandboxAddresses addresses, KeyFile keyFile, CancellationToken stop)
    {
        // Proofs of possession name the proxy's address, so that it is in the configuration and must be known before the start.
        options = options with { ProxyPort = options.ProxyPort == 0 ? FreePort() : options.ProxyPort };
        keyFile.WriteNonceSecret();
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: false, reloadOnChange: false)
            .AddInMemoryCollection(SettingsFor(options, addresses, keyFile))
            .AddInMemoryCollection(options.ProxySettings)
            .Build();
        var reading = ProxySettings.Read(configuration);
        if (reading.Settings is null)
            throw new SandboxStartException($"The proxy refuses its configuration: {string.Join("; ", reading.Mistakes)}");

        var seams = new HostSeams { Logging = QuietConsole, Time = options.Time, Urls = Url(options.ProxyPort) };
        var proxy = ProxyHost.Build(reading.Settings, configuration, seams);
        try
        {
            await proxy.StartAsync(stop);
            return proxy;
        }
        catch (IOException busy) when (busy.InnerException is AddressInUseException)
        {
            await proxy.DisposeAsync();
            // The exception's text is all that tells which of the two listeners it was.
            var management = busy.Message.Contains($":{options.ManagementPort}:", StringComparison.Ordinal);
            throw management
                ? LoopbackApp.PortTaken("--management-port", options.ManagementPort, busy)
                : LoopbackApp.PortTaken("--proxy-port", options.ProxyPort, busy);
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    private static Dictionary<string, string?> SettingsFor(SandboxOptions options, SandboxAddresses a, KeyFile keyFile) => new()
    {
        ["Fabraix:Upstream:Address"] = a.Upstream,
        // Short, so that a viewer need not wait long to see a slow upstream given up.
        ["Fabraix:Upstream:Timeout"] = "3s",
        ["Fabraix:Keys:default:Secret"] = $"file:{keyFile.Path}",
        ["Fabraix:Keys:default:Type"] = "Enterprise",
        ["Fabraix:Keys:default:Quota:PerMinute"] = Text(ProxyKey.Limits.PerMinute),
        ["Fabraix:Keys:default:Quota:PerHour"] = Text(ProxyKey.Limits.PerHour),
        ["Fabraix:Tokens:Issuers:main:Issuer"] = a.Issuer,
        ["Fabraix:Tokens:Issuers:main:Audiences:0"] = TokenMaker.Audience,
        ["Fabraix:Tokens:Issuers:main:Algorithms:0"] = "ES256",
        ["Fabraix:Tokens:Issuers:main:Metadata"] = $"{a.Issuer}/.well-known/openid-configuration",
        ["Fabraix:Tokens:Issuers:main:Dpop"] = "accept",
        ["Fabraix:Tokens:PublicUrl"] = Url(options.ProxyPort),
        ["Fabraix:Tokens:NonceSecret"] = $"file:{keyFile.NonceSecretPath}",
        ["Fabraix:Browser:Origins:0"] = a.Page,
        // Far less than the key's: one user who runs wild must leave something for the others.
        ["Fabraix:RateLimits:PerUser:PerMinute"] = "30",
        ["Fabraix:RateLimits:PerUser:PerHour"] = "500",
        ["Fabraix:Management:Url"] = Url(options.ManagementPort),
    };

    private static string? Text(int? limit) => limit?.ToString(CultureInfo.InvariantCulture);

    private static string Url(int port) => port == 0 ? "http://127.0.0.1:0" : $"http://localhost:{port}";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // An upstream that fails is part of the show here, and a taken port has a message of its own: no stack traces about them.
    private static void QuietConsole(ILoggingBuilder logging) => logging
        .AddSimpleConsole(o => o.SingleLine = true)
        .SetMinimumLevel(LogLevel.Warning)
        .AddFilter("Yarp", LogLevel.Error)
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
}
