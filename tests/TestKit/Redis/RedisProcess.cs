using System.Diagnostics;

namespace Fabraix.TestKit.Redis;

/// <summary>One run of redis-server. A shell beside it waits for the end of the test's own process, and ends it then.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    // The watcher reads what only ends when the test's process does. What it would write must not keep the server's output open.
    private const string Script = "exec 3<&0 2>/dev/null; redis-server \"$@\" </dev/null & pid=$!; echo \"pid $pid\"; (read -r _ <&3; kill -KILL $pid) >/dev/null 2>&1 & wait $pid";

    private readonly Process shell;
    private readonly Task reading;
    private readonly TaskCompletionSource<bool> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> lines = [];
    private string? pid;

    private RedisProcess(Process shell)
    {
        this.shell = shell;
        reading = ReadAsync();
    }

    /// <summary>Starts it in a folder that holds its configuration; null where the port is taken.</summary>
    public static async Task<RedisProcess?> StartAsync(DirectoryInfo folder, string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "redis", .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = folder.FullName };
        var process = new RedisProcess(Process.Start(start)!);
        if (await process.ready.Task.InTimeAsync("redis-server's start")) return process;
        await process.DisposeAsync();
        return null;
    }

    public Task SignalAsync(string signal) => RunAsync("kill", [$"-{signal}", pid!]);

    public async Task KillAsync()
    {
        if (!reading.IsCompleted) await SignalAsync("KILL");
        await reading.InTimeAsync("redis-server's end");
    }

    public async ValueTask DisposeAsync()
    {
        shell.StandardInput.Close();
        await reading.InTimeAsync("redis-server's end");
        await shell.WaitForExitAsync().InTimeAsync("the end of redis-server's shell");
        shell.Dispose();
    }

    /// <summary>Skips the test where there is no redis-server, as xunit.v3 lets any code do; in CI that is a failure.</summary>
    public static void SkipWhereMissing()
    {
        if ((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => System.IO.File.Exists(Path.Combine(path, "redis-server")))) return;
        const string Missing = "No redis-server here: install Debian's redis-server, as tests/run does.";
        throw new InvalidOperationException(Environment.GetEnvironmentVariable("CI") == "true" ? Missing + " In CI that is a failure." : "$XunitDynamicSkip$" + Missing);
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, string? password = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (password is not null) start.Environment["REDISCLI_AUTH"] = password;
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).InTimeAsync($"the output of {program}");
        await process.WaitForExitAsync().InTimeAsync($"the end of {program}");
        return (process.ExitCode, string.Concat(output));
    }

    private async Task ReadAsync()
    {
        while (await shell.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.StartsWith("pid ", StringComparison.Ordinal)) pid = line[4..];
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal) || line.Contains("Sentinel ID is", StringComparison.Ordinal)) ready.TrySetResult(true);
        }
        if (lines.Any(line => line.Contains("in use", StringComparison.Ordinal))) ready.TrySetResult(false);
        ready.TrySetException(new IOException("redis-server did not start: " + string.Join(" | ", lines)));
    }
}
