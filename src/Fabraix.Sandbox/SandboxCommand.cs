using System.CommandLine;
using System.Runtime.InteropServices;

namespace Fabraix.Sandbox;

/// <summary>The command line: a port for each part, then run until Ctrl+C.</summary>
internal static class SandboxCommand
{
    public static Task<int> RunAsync(string[] args)
    {
        var defaults = new SandboxOptions();
        var page = Port("--page-port", "the demo page", defaults.PagePort);
        var foreign = Port("--foreign-port", "the page on another site", defaults.ForeignPort);
        var proxy = Port("--proxy-port", "the proxy", defaults.ProxyPort);
        var management = Port("--management-port", "the proxy's health and metrics", defaults.ManagementPort);
        var upstream = Port("--upstream-port", "the stand-in for the Fabraix API", defaults.UpstreamPort);
        var admin = Port("--admin-port", "the stand-in's keys and misbehaviour", defaults.AdminPort);
        var issuer = Port("--issuer-port", "the token issuer", defaults.IssuerPort);

        var root = new RootCommand("Fabraix.Proxy with everything around it, on this machine only: no account, no network.")
        {
            page, foreign, proxy, management, upstream, admin, issuer,
        };
        root.SetAction((result, _) => RunAsync(new SandboxOptions
        {
            PagePort = result.GetValue(page),
            ForeignPort = result.GetValue(foreign),
            ProxyPort = result.GetValue(proxy),
            ManagementPort = result.GetValue(management),
            UpstreamPort = result.GetValue(upstream),
            AdminPort = result.GetValue(admin),
            IssuerPort = result.GetValue(issuer),
        }));
        // Signals are ours: the library would end the process two seconds after the first, in the middle of a drain.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static Option<int> Port(string name, string what, int port)
    {
        var option = new Option<int>(name)
        {
            Description = $"Port of {what}; 0 takes any free one.",
            DefaultValueFactory = _ => port,
            HelpName = "port",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65535)
                result.AddError($"{name} must be between 0 and 65535.");
        });
        return option;
    }

    private static async Task<int> RunAsync(SandboxOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await using var sandbox = await SandboxHost.StartAsync(options, stop.Token);
            Greeting.Write(Console.Out, sandbox, options.Time);
            await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (SandboxStartException mistake)
        {
            await Console.Error.WriteLineAsync(mistake.Message);
            return 1;
        }

        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
