using System.Diagnostics;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Program;

/// <summary>A run of the program to its end.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    public static Task<ProgramRun> OfAsync(string[] arguments, IReadOnlyDictionary<string, string> variables) =>
        RunAsync(new ProcessStartInfo("dotnet", [typeof(ProxyHost).Assembly.Location, .. arguments]), variables);

    /// <summary>As a developer runs it, from a folder of theirs; it is built already, in the configuration of the tests.</summary>
    public static Task<ProgramRun> UnderDotnetRunAsync(string folder, string[] arguments, IReadOnlyDictionary<string, string> variables)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var project = Path.Combine(Checkout.Root, "src", "Fabraix.Proxy");
        return RunAsync(new ProcessStartInfo("dotnet", ["run", "--no-build", "--configuration", configuration, "--project", project, "--", .. arguments]) { WorkingDirectory = folder }, variables);
    }

    private static async Task<ProgramRun> RunAsync(ProcessStartInfo start, IReadOnlyDictionary<string, string> variables)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        Checkout.ForgetOtherBuilds(start);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().InTimeAsync("the program's end");
            var run = new ProgramRun(process.ExitCode, await output, await error);
            Capture.Process.Add(CaptureKind.Log, "output of the program", run.Output + run.Error);
            return run;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
