using System.Diagnostics;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Publish;

/// <summary>
/// The product as Native AOT, published by tests/native into a folder outside of the sources. tests/run starts that early and names the folder;
/// whoever runs the test without it, or has changed a source since, gets a build of its own.
/// </summary>
internal sealed class NativeBuild : IDisposable
{
    /// <summary>The folder that tests/run has begun to publish into.</summary>
    public const string Begun = "FABRAIX_NATIVE";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(9);
    private static readonly string[] ZlibHeaders = ["/usr/include/zlib.h", "/usr/local/include/zlib.h"];

    private readonly DirectoryInfo folder;
    private readonly bool owned;

    private NativeBuild(DirectoryInfo folder, bool owned) => (this.folder, this.owned) = (folder, owned);

    /// <summary>The finished program.</summary>
    public FileInfo Program => folder.GetDirectories("publish").Single().GetFiles("fabraix-proxy", SearchOption.AllDirectories).Single();

    /// <summary>How dotnet publish ended.</summary>
    public string ExitCode => File.ReadAllText(In("exit")).Trim();

    /// <summary>Everything that it printed.</summary>
    public string Output => File.ReadAllText(In("log"));

    /// <summary>Skips the test where the machine cannot link a native program; CI must be able to.</summary>
    public static void SkipWhereImpossible()
    {
        if (Missing() is not { } missing) return;
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", missing);
        Assert.Fail(missing + " In CI that is a failure.");
    }

    /// <summary>One of the sources as they are, finished. Nothing that was started here goes on after a cancellation.</summary>
    public static async Task<NativeBuild> OfTheseSourcesAsync(CancellationToken cancellation)
    {
        if (Environment.GetEnvironmentVariable(Begun) is { Length: > 0 } path && new NativeBuild(new DirectoryInfo(path), owned: false) is var begun && begun.IsOfTheseSources())
        {
            await Bounds.UntilAsync(() => File.Exists(begun.In("exit")), $"the end of what publishes into {path}", Longest);
            return begun;
        }

        var own = new NativeBuild(Directory.CreateTempSubdirectory("fabraix-native-"), owned: true);
        await own.PublishAsync(cancellation);
        return own;
    }

    public void Dispose()
    {
        if (owned) folder.Delete(recursive: true);
    }

    private async Task PublishAsync(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "tests", "native"), [folder.FullName]);
        Checkout.ForgetOtherBuilds(start);
        using var publish = Process.Start(start)!;
        try
        {
            await publish.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            publish.Kill(entireProcessTree: true);
            throw new TimeoutException("dotnet publish took too long: " + Output);
        }
    }

    /// <summary>Whether nothing that the program is made of was written since.</summary>
    private bool IsOfTheseSources()
    {
        if (!File.Exists(In("begun"))) return false;
        var root = new DirectoryInfo(Checkout.Root);
        var sources = root.GetFiles("*.props").Concat(root.GetFiles("*.json")).Concat(new DirectoryInfo(Path.Combine(root.FullName, "src", "Fabraix.Proxy")).GetFiles("*", SearchOption.AllDirectories));
        return sources.All(file => file.LastWriteTimeUtc <= File.GetLastWriteTimeUtc(In("begun")));
    }

    private string In(string name) => Path.Combine(folder.FullName, name);

    private static string? Missing()
    {
        if (!OperatingSystem.IsLinux()) return "The native build is tested on Linux, where it ships.";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        if (!folders.Any(path => File.Exists(Path.Combine(path, "clang")) || File.Exists(Path.Combine(path, "gcc"))))
            return "A native build needs a C compiler as linker: install clang or gcc.";
        return ZlibHeaders.Any(File.Exists) ? null : "A native build needs zlib's headers: install zlib1g-dev.";
    }
}
