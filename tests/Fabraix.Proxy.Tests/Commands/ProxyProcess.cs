using System.Diagnostics;
using System.Runtime.InteropServices;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Commands;

/// <summary>The program as it is started, where the environment or a signal matters.</summary>
internal sealed class ProxyProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ProxyProcess(Process process) => _process = process;

    public static ProxyProcess Start(IEnumerable<string> args, params (string Name, string Value)[] environment) => Start([], args, environment);

    /// <summary>With so many open files at most.</summary>
    public static ProxyProcess StartWithFiles(int most, IEnumerable<string> args) => Start(["/bin/sh", "-c", $"ulimit -n {most} && exec \"$0\" \"$@\""], args, []);

    public static async Task<CommandResult> RunAsync(IEnumerable<string> args, params (string Name, string Value)[] environment)
    {
        await using var running = Start(args, environment);
        return await running.EndAsync();
    }

    /// <summary>Its next line.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync("a line of the program");

    /// <summary>As an orchestrator asks it to stop.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<CommandResult> EndAsync()
    {
        var (output, error) = (_process.StandardOutput.ReadToEndAsync(), _process.StandardError.ReadToEndAsync());
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).InTimeAsync("the program's end");
        return new CommandResult(_process.ExitCode, await output, await error);
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ProxyProcess Start(string[] under, IEnumerable<string> args, (string Name, string Value)[] environment)
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        string[] line = [.. under, dotnet, Path.Combine(AppContext.BaseDirectory, "fabraix-proxy.dll"), .. args];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ProxyProcess(Process.Start(start)!);
    }
}
