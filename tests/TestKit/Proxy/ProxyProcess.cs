using System.Diagnostics;
using System.Text.RegularExpressions;
using Fabraix.Proxy;

namespace Fabraix.TestKit;

/// <summary>
/// The program itself in a process of its own, with its log as a container's collector reads it: started with nothing but the
/// variables that it is given, and told to stop by SIGTERM.
/// </summary>
internal sealed partial class ProxyProcess : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];
    private readonly TaskCompletionSource<(Uri Public, Uri Management)> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process process;
    private readonly Task reading;

    private ProxyProcess(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public int Id => process.Id;

    public Uri Address => started.Task.Result.Public;

    public Uri Management => started.Task.Result.Management;

    /// <summary>Everything that it has written so far, a line each.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (gate) return [.. lines];
        }
    }

    /// <summary>The program that the tests were built with, on the runtime that runs them.</summary>
    public static Task<ProxyProcess> StartAsync(IReadOnlyDictionary<string, string> variables, params string[] arguments) =>
        StartAsync("dotnet", [typeof(ProxyHost).Assembly.Location, .. arguments], variables);

    /// <summary>Starts it and waits until it says where it listens; ports of its own unless the variables say otherwise.</summary>
    public static async Task<ProxyProcess> StartAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        var proxy = Begin(program, arguments, variables);
        try
        {
            await proxy.started.Task.InTimeAsync("the program's start");
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
        return proxy;
    }

    /// <summary>Starts it and waits for nothing.</summary>
    public static ProxyProcess Begin(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var path = start.Environment["PATH"];
        var root = start.Environment.TryGetValue("DOTNET_ROOT", out var given) ? given : null;
        start.Environment.Clear();
        (start.Environment["PATH"], start.Environment["DOTNET_ROOT"]) = (path, root);
        start.Environment["DOTNET_RUNNING_IN_CONTAINER"] = "true";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Fabraix__Management__Url"] = "http://127.0.0.1:0";
        start.Environment["Fabraix__Stop__DrainDelay"] = "0s";
        foreach (var (name, value) in variables) start.Environment[name] = value;

        return new ProxyProcess(Process.Start(start)!);
    }

    /// <summary>SIGTERM, as Kubernetes sends it; returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        return await EndAsync();
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString()]);
        await kill.WaitForExitAsync().InTimeAsync("kill");
    }

    /// <summary>Waits for its end; returns the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync().InTimeAsync("the program's end after SIGTERM");
        await reading.InTimeAsync("the end of the program's output");
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().InTimeAsync("the program's end");
        await reading.InTimeAsync("the end of the program's output");
        process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            Capture.Process.Add(CaptureKind.Log, "output of the program", line);
            lock (gate) lines.Add(line);
            if (Start(line) is { } addresses) started.TrySetResult(addresses);
        }
        started.TrySetException(new IOException("The program ended, or closed its output, before it listened: " + string.Join(" | ", Lines)));
    }

    private static (Uri Public, Uri Management)? Start(string line) => Started().Match(line) is { Success: true } match
        ? (new Uri(match.Groups["urls"].Value), new Uri(match.Groups["management"].Value))
        : null;

    [GeneratedRegex("answers on (?<urls>[^ ;,]+)[^;]*; health and metrics on (?<management>[^ \"]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Started();
}
