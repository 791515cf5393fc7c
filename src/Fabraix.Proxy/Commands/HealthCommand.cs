using System.CommandLine;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Health;

namespace Fabraix.Proxy.Commands;

/// <summary><c>health</c>: asks the local readiness endpoint, for a container's health check.</summary>
internal static class HealthCommand
{
    public static Command Create()
    {
        var command = new Command("health", "Asks the local readiness endpoint: exit code 0 when ready, 1 when not.");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        if (CommandConfiguration.Load(parsed) is not { } configuration)
            return ExitCodes.Failed;

        // Only the address matters here: a mistake elsewhere is serve's to tell.
        var findings = new Findings();
        var management = ManagementOptions.Read(new SectionReader(configuration, "Fabraix:Management", findings));
        if (findings.Mistakes is [var mistake, ..])
        {
            await error.WriteLineAsync(mistake.ToString());
            return ExitCodes.Failed;
        }

        var address = BindingAddress.Parse(management.Url);
        var host = address.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var response = await http.GetAsync(new Uri($"http://{host}:{address.Port}/healthz/ready"), cancellation);
            await output.WriteLineAsync(await response.Content.ReadAsStringAsync(cancellation));
            return response.IsSuccessStatusCode ? ExitCodes.Ok : ExitCodes.Failed;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await error.WriteLineAsync($"The management listener at port {address.Port} does not answer.");
            return ExitCodes.Failed;
        }
    }
}
