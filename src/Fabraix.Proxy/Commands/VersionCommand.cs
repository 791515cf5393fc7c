using System.CommandLine;
using System.Runtime.InteropServices;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Commands;

/// <summary><c>version</c>: version, commit and runtime.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "Prints version, commit and runtime.");
        command.SetAction(static parsed =>
        {
            parsed.InvocationConfiguration.Output.WriteLine($"fabraix-proxy {BuildVersion.Version}, commit {BuildVersion.Commit}, {RuntimeInformation.FrameworkDescription}");
            return ExitCodes.Ok;
        });
        return command;
    }
}
