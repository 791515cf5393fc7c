using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Fabraix.Proxy.Commands;

/// <summary><c>version</c>: version, commit and runtime.</summary>
internal static class VersionCommand
{
    private static readonly string[] Parts =
        (typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+', 2);

    public static string Version => Parts[0];

    public static Command Create()
    {
        var command = new Command("version", "Prints version, commit and runtime.");
        command.SetAction(static parsed =>
        {
            var commit = Parts.Length > 1 ? Parts[1] : "unknown";
            parsed.InvocationConfiguration.Output.WriteLine($"fabraix-proxy {Version}, commit {commit}, {RuntimeInformation.FrameworkDescription}");
            return ExitCodes.Ok;
        });
        return command;
    }
}
