using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>Kustomize as kubectl has it within itself. It asks no cluster.</summary>
internal static partial class Kubectl
{
    /// <summary>The first kustomize that has all of what the manifests use is far older; this one is in kubectl since 1.27.</summary>
    private const int OldestKustomize = 5;

    private static readonly Lazy<Task<string?>> Missing = new(FindWhyMissingAsync);

    /// <summary>What a folder renders to. The test skips where there is no kubectl, or one that is too old.</summary>
    public static async Task<string> KustomizeAsync(string folder)
    {
        if (await Missing.Value is { } why)
            Assert.Skip(why);
        var (code, output, error) = await RunAsync("kustomize", folder);
        Assert.True(code == 0, error);

        // A warning is about what a later kustomize will refuse.
        Assert.Empty(error);
        return output;
    }

    private static async Task<string?> FindWhyMissingAsync()
    {
        try
        {
            var version = KustomizeVersion().Match((await RunAsync("version", "--client")).Output);
            return version.Success && int.Parse(version.Groups[1].ValueSpan, provider: null) >= OldestKustomize
                ? null
                : "Needs kubectl 1.27 or newer: the kustomize in this one is too old.";
        }
        catch (Win32Exception)
        {
            return "Needs kubectl.";
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo("kubectl", args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().InTimeAsync($"kubectl {args[0]}", TimeSpan.FromMinutes(1));
        return (process.ExitCode, await output, await error);
    }

    [GeneratedRegex(@"Kustomize Version: v(\d+)\.")]
    private static partial Regex KustomizeVersion();
}
