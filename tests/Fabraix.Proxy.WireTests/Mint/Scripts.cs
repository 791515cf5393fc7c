using System.Diagnostics;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Mint;

/// <summary>Runs a script in a process of its own, in an environment that is only what a test gives it.</summary>
internal static class Scripts
{
    public static string Folder { get; } = Path.Combine(Checkout.Root, "tests", "Fabraix.Proxy.WireTests", "Mint", "node");

    /// <summary>What a script of npm's libraries made of the input; skips where they are not installed.</summary>
    /// <param name="folder">With the script and its node_modules.</param>
    /// <param name="script">Its name.</param>
    /// <param name="input">What it reads.</param>
    public static Task<string> NodeAsync(string folder, string script, string input)
    {
        if (!Directory.Exists(Path.Combine(folder, "node_modules"))) Assert.Skip($"Its libraries are not installed: run npm ci in {folder}, as tests/run does.");
        return RunAsync("node", [Path.Combine(folder, script)], input);
    }

    /// <summary>What it printed; skips where the program is not there.</summary>
    /// <param name="program">Its name, in the folders of Debian's packages.</param>
    /// <param name="arguments">The script and what it is given.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="environment">All that it knows.</param>
    public static async Task<string> RunAsync(string program, string[] arguments, string input = "", params (string Name, string Value)[] environment)
    {
        var file = new[] { $"/usr/bin/{program}", $"/usr/local/bin/{program}" }.FirstOrDefault(File.Exists);
        if (file is null) Assert.Skip($"No {program} here: install it, as tests/run does.");
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        foreach (var (name, value) in environment) start.Environment[name] = value;

        using var process = Process.Start(start)!;
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().InTimeAsync($"the end of {program}", TimeSpan.FromMinutes(1));
            return process.ExitCode == 0 ? (await said).Trim() : throw new InvalidDataException($"{program} failed: {await complained}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
