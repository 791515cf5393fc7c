using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Fabraix.Proxy.WireTests.Publish;

/// <summary>
/// Publishes the product as Native AOT into a folder of its own: nothing in the checkout changes. <c>FABRAIX_NATIVE_PROGRAM</c> names a finished program
/// of this checkout instead, such as the image's.
/// </summary>
internal sealed class NativeBuild : IDisposable
{
    private static readonly string[] ZlibHeaders = ["/usr/include/zlib.h", "/usr/local/include/zlib.h"];

    private static readonly string? Finished = Environment.GetEnvironmentVariable("FABRAIX_NATIVE_PROGRAM");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-native-");

    /// <summary>The finished program.</summary>
    public FileInfo Program => !string.IsNullOrEmpty(Finished) ? new FileInfo(Finished) : folder.GetFiles("fabraix-proxy", SearchOption.AllDirectories)
        .Single(file => file.FullName.Contains($"{Path.DirectorySeparatorChar}publish{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    /// <summary>Skips the test where the machine cannot link a native program; CI must be able to.</summary>
    public static void SkipWhereImpossible()
    {
        if (!string.IsNullOrEmpty(Finished) || Missing() is not { } missing) return;
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", missing);
        Assert.Fail(missing + " In CI that is a failure.");
    }

    /// <summary>Runs dotnet publish; returns its exit code and everything that it printed. Nothing of it goes on after a cancellation.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(CancellationToken cancellation)
    {
        // Its build had warnings as errors, the native compiler's included.
        if (!string.IsNullOrEmpty(Finished)) return (0, "");
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(Checkout.Root, "src", "Fabraix.Proxy"), "--configuration", "Release", "--runtime", RuntimeInformation.RuntimeIdentifier,
            "--artifacts-path", folder.FullName, "-p:PublishAot=true",
            "-p:UseSharedCompilation=false", "-nodeReuse:false", "--tl:off", "--nologo",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Checkout.Root,
        };
        Checkout.ForgetOtherBuilds(start);
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
}
