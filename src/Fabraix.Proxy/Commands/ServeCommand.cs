using System.CommandLine;
using System.Runtime.InteropServices;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Health;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tls;

namespace Fabraix.Proxy.Commands;

/// <summary><c>serve</c>: runs the proxy until SIGTERM or Ctrl+C.</summary>
internal static partial class ServeCommand
{
    public static readonly Option<string?> Urls = new("--urls") { Description = "Addresses to listen on, separated by semicolons. Default http://localhost:8080.", HelpName = "URLS" };

    public static Command Create()
    {
        var command = new Command("serve", "Runs the proxy. SIGTERM lets requests in flight finish, then stops.") { Urls };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Precedence below Kestrel:Endpoints: --urls, ASPNETCORE_URLS, ASPNETCORE_HTTP_PORTS.</summary>
    internal static string ListenOn(string? urls, IConfiguration configuration)
    {
        if (!string.IsNullOrEmpty(urls))
            return urls;
        if (configuration["ASPNETCORE_URLS"] is { Length: > 0 } environment)
            return environment;
        return configuration["ASPNETCORE_HTTP_PORTS"] is { Length: > 0 } ports
            ? string.Join(';', ListenAddress.Split(ports).Select(port => $"http://*:{port}"))
            : new HostSeams().Urls;
    }

    /// <summary>What this process would start with.</summary>
    internal static Surroundings Surroundings(string? urls, IConfiguration configuration)
    {
        var from = !string.IsNullOrEmpty(urls) ? "--urls"
            : Array.Find(["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS"], name => !string.IsNullOrEmpty(configuration[name])) ?? "by default";
        return new Surroundings(ConfigurationSources.VariableNames(), ListenOn(urls, configuration), from) { HasDevelopersCertificate = CertificateFile.HasDevelopers };
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (CommandConfiguration.Read(parsed, read => Surroundings(parsed.GetValue(Urls), read)) is not var (configuration, reading))
            return ExitCodes.Refused;

        var error = parsed.InvocationConfiguration.Error;
        IReadOnlyList<PosixSignalRegistration> ending = [];
        try
        {
            var (file, urls) = (parsed.GetValue(ProxyCommands.Config), parsed.GetValue(Urls));
            var seams = new HostSeams
            {
                Urls = ListenOn(urls, configuration),
                Reload = new ReloadSource(ConfigurationSources.Files(file), () => ConfigurationSources.TryLoad(file), read => Surroundings(urls, read) with { Serves = true }),
            };
            await using var proxy = ProxyHost.Build(reading.Settings!, configuration, seams);
            var log = proxy.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Fabraix.Proxy");
            foreach (var warning in reading.Warnings.Concat(RuntimeVersion.Judge(RuntimeVersion.Current)))
                Log.Warning(log, warning.ToString());

            if (!await TryStartAsync(proxy, cancellation))
                return ExitCodes.Ok;
            Log.Started(log, BuildVersion.Version, string.Join(", ", proxy.PublicUrls), proxy.ManagementAddress.ToString());
            await proxy.WaitForShutdownAsync();

            // It is ending, and there is nothing left to hurry: a signal would end it with a code of its own, though all is well.
            ending = SignalLifetime.Heed(static context => context.Cancel = true);
            return ExitCodes.Ok;
        }
        catch (Exception e) when (StartFailure.IsOne(e))
        {
            await error.WriteLineAsync($"The proxy could not start: {StartFailure.Of(e)}");
            return ExitCodes.Failed;
        }
        finally
        {
            foreach (var registration in ending)
                registration.Dispose();
        }
    }

    /// <returns>False where a signal to stop came before all was there: then it has stopped, as it was told.</returns>
    private static async Task<bool> TryStartAsync(RunningProxy proxy, CancellationToken cancellation)
    {
        try
        {
            await proxy.StartAsync(cancellation);
            return true;
        }
        catch (OperationCanceledException) when (proxy.IsStopping)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Started, LogLevel.Information, "fabraix-proxy {Version} answers on {Urls}; health and metrics on {Management}")]
        public static partial void Started(ILogger logger, string version, string urls, string management);

        [LoggerMessage(EventIds.ConfigurationWarning, LogLevel.Warning, "{Warning}")]
        public static partial void Warning(ILogger logger, string warning);
    }
}
