using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Fabraix.Proxy.WireTests.Publish;

/// <summary>Publishes the product as Native AOT into a folder of its own: nothing in the checkout changes.</summary>
internal sealed class NativeBuild : IDisposable
{
    private static readonly string[] ZlibHeaders = ["/usr/include/zlib.h", "/usr/local/include/zlib.h"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-native-");

    /// <summary>The finished program.</summary>
    public FileInfo Program => folder.GetFiles("fabraix-proxy", SearchOption.AllDirectories)
        .Single(file => file.FullName.Contains($"{Path.DirectorySeparatorChar}publish{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    /// <summary>Skips the test where the machine cannot link a native program; CI must be able to.</summary>
    public static void SkipWhereImpossible()
    {
        if (Missing() is not { } missing) return;
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", missing);
        Assert.Fail(missing + " In CI that is a failure.");
    }

    /// <summary>Runs dotnet publish; returns its exit code and everything that it printed. Nothing of it goes on after a cancellation.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(CancellationToken cancellation)
    {
        var root = Root();
        // The committed lock file knows no runtime identifier, and the compiler's package comes with one: a copy takes both in.
        var lockFile = Path.Combine(folder.FullName, "packages.lock.json");
        File.Copy(Path.Combine(root, "src", "Fabraix.Proxy", "packages.lock.json"), lockFile);
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(root, "src", "Fabraix.Proxy"), "--configuration", "Release", "--runtime", RuntimeInformation.RuntimeIdentifier,
            "--artifacts-path", folder.FullName, "-p:PublishAot=true", $"-p:NuGetLockFilePath={lockFile}", "-p:RestoreLockedMode=false",
            "-p:UseSharedCompilation=false", "-nodeReuse:false", "--tl:off", "--nologo",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = root,
        };
        // A runner that is itself started by MSBuild hands these on, and they are about its own build.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        return await RunAsync(start, cancellation);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start, CancellationToken cancellation)
    {
        var output = new StringBuilder();
        using var publish = Process.Start(start)!;
        publish.OutputDataReceived += Take;
        publish.ErrorDataReceived += Take;
        publish.BeginOutputReadLine();
        publish.BeginErrorReadLine();
        try
        {
            await publish.WaitForExitAsync(cancellation);
            return (publish.ExitCode, output.ToString());
        }
        catch (OperationCanceledException)
        {
            publish.Kill(entireProcessTree: true);
            throw new TimeoutException("dotnet publish took too long: " + output);
        }

        void Take(object sender, DataReceivedEventArgs line)
        {
            lock (output) output.AppendLine(line.Data);
        }
    }

    private static string? Missing()
    {
        if (!OperatingSystem.IsLinux()) return "The native build is tested on Linux, where it ships.";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        if (!folders.Any(path => File.Exists(Path.Combine(path, "clang")) || File.Exists(Path.Combine(path, "gcc"))))
            return "A native build needs a C compiler as linker: install clang or gcc.";
        return ZlibHeaders.Any(File.Exists) ? null : "A native build needs zlib's headers: install zlib1g-dev.";
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Fabraix.Proxy.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run from within the repository.");
        return folder.FullName;
    }
}
