using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>A genuine SDK in a process of its own, whose environment is only what a test gives it.</summary>
internal static class SdkProcess
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    private static string Scripts { get; } = FindScripts();

    /// <summary>The host of this very runtime: shared/Microsoft.NETCore.App/VERSION lies below it.</summary>
    private static string Dotnet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    /// <summary>Runs the .NET reader (tests/Fabraix.SdkReader).</summary>
    public static Task<SdkAnswer> DotnetAsync(string[] arguments, params IEnumerable<KeyValuePair<string, string>> environment) =>
        RunAsync(Dotnet, AppContext.BaseDirectory, [Path.Combine(AppContext.BaseDirectory, "Fabraix.SdkReader.dll"), .. arguments], environment);

    /// <summary>Runs a script of Stores/node; skips where node or its packages are not there.</summary>
    public static Task<SdkAnswer> NodeAsync(string script, string[] arguments, params IEnumerable<KeyValuePair<string, string>> environment)
    {
        var node = new[] { "/usr/bin/node", "/usr/local/bin/node" }.FirstOrDefault(File.Exists);
        if (node is null) Assert.Skip("No node here: install Debian's nodejs, as tests/run does.");
        if (!Directory.Exists(Path.Combine(Scripts, "node_modules"))) Assert.Skip($"The SDKs are not installed: run npm ci in {Scripts}, as tests/run does.");
        return RunAsync(node, Scripts, [Path.Combine(Scripts, script), .. arguments], environment);
    }

    private static async Task<SdkAnswer> RunAsync(string program, string folder, string[] arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var home = Directory.CreateTempSubdirectory("fabraix-home-");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment.Clear();
        // An empty home: no profile of whoever runs the tests has a say.
        start.Environment["HOME"] = home.FullName;
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        foreach (var (name, value) in environment) start.Environment[name] = value;

        using var process = Process.Start(start)!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Bound);
        try
        {
            var said = process.StandardOutput.ReadToEndAsync(bound.Token);
            var complained = process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return SdkAnswer.Parse(await said, await complained);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            home.Delete(recursive: true);
        }
    }

    private static string FindScripts()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var scripts = Path.Combine(folder.FullName, "tests", "Fabraix.Proxy.WireTests", "Stores", "node");
            if (Directory.Exists(scripts)) return scripts;
        }

        throw new InvalidOperationException("The tests do not run from within the repository.");
    }
}

/// <summary>What an SDK said: one line of JSON for each thing that it was asked.</summary>
internal sealed record SdkAnswer(JsonElement Json, string Complaints)
{
    /// <summary>All answers of the process, of which this is the last.</summary>
    public IReadOnlyList<SdkAnswer> All { get; private init; } = [];

    /// <summary>A member of the answer as text; fails with everything that was said where it is not there.</summary>
    public string? this[string name] => Json.TryGetProperty(name, out var value) ? value.ToString() : throw new InvalidDataException($"No {name} in {Json} {Complaints}");

    public static SdkAnswer Parse(string said, string complained)
    {
        try
        {
            var all = said.TrimEnd().Split('\n').Select(line => new SdkAnswer(JsonSerializer.Deserialize<JsonElement>(line), complained)).ToList();
            return all[^1] with { All = all };
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"No answer: {said}{complained}");
        }
    }
}
