using System.Diagnostics;
using Fabraix.Sandbox;

namespace Fabraix.Proxy.BrowserTests;

public sealed class StartAndStopTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_secret_file_is_this_users_alone_and_gone_after_the_stop()
    {
        var sandbox = await SandboxHost.StartAsync(SandboxOptions.AnyPorts, Stop);
        var path = sandbox.KeyFile.Path;
        Assert.Equal(sandbox.ProxyKey.Current!.Value, await File.ReadAllTextAsync(path, Stop));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        await sandbox.DisposeAsync();
        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }

    [Theory]
    [InlineData("--page-port")]
    [InlineData("--proxy-port")]
    [InlineData("--management-port")]
    public async Task A_taken_port_names_the_option_to_set(string option)
    {
        await using var first = await SandboxHost.StartAsync(SandboxOptions.AnyPorts, Stop);
        var taken = SandboxOptions.AnyPorts with
        {
            PagePort = option == "--page-port" ? new Uri(first.Addresses.Page).Port : 0,
            ProxyPort = option == "--proxy-port" ? new Uri(first.Addresses.Proxy).Port : 0,
            ManagementPort = option == "--management-port" ? new Uri(first.Addresses.Management).Port : 0,
        };

        var refused = await Assert.ThrowsAsync<SandboxStartException>(() => SandboxHost.StartAsync(taken, Stop));
        Assert.Contains(option, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_printed_curl_line_works_when_pasted()
    {
        Assert.SkipUnless(File.Exists("/bin/bash") && File.Exists("/usr/bin/curl"), "Needs bash and curl.");
        await using var sandbox = await SandboxHost.StartAsync(SandboxOptions.AnyPorts, Stop);
        using var greeting = new StringWriter();
        Greeting.Write(greeting, sandbox, TimeProvider.System);
        var line = greeting.ToString().Split("\n\n").Single(part => part.Contains("/v1/event", StringComparison.Ordinal));

        await LogsAnEventAsync(line, greeting.ToString(), sandbox);
    }

    [Fact]
    public async Task The_READMEs_curl_line_works_when_pasted()
    {
        Assert.SkipUnless(File.Exists("/bin/bash") && File.Exists("/usr/bin/curl"), "Needs bash and curl.");
        await using var sandbox = await SandboxHost.StartAsync(SandboxOptions.AnyPorts, Stop);
        var readme = await File.ReadAllTextAsync(Path.Combine(Root(), "README.md"), Stop);
        var line = readme.Split("```").Single(part => part.StartsWith("sh\ncurl -i ", StringComparison.Ordinal))[3..]
            .Replace("http://localhost:8080", sandbox.Addresses.Proxy, StringComparison.Ordinal)
            .Replace("http://localhost:8092", sandbox.Addresses.Issuer, StringComparison.Ordinal);

        await LogsAnEventAsync(line, readme, sandbox);
    }

    [Fact]
    public async Task A_wrong_option_is_refused_with_the_nearest_name()
    {
        Assert.Equal(1, await SandboxCommand.RunAsync(["--page-prot", "3000"]));
        Assert.Equal(1, await SandboxCommand.RunAsync(["--page-port", "70000"]));
    }

    private static async Task LogsAnEventAsync(string line, string shown, RunningSandbox sandbox)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", line])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await shell.StandardOutput.ReadToEndAsync(Stop);
        await shell.WaitForExitAsync(Stop);
        Assert.Contains("HTTP/1.1 200 OK", said, StringComparison.Ordinal);
        Assert.Contains("\"event_id\"", said, StringComparison.Ordinal);
        Assert.DoesNotContain(sandbox.ProxyKey.Current!.Value, shown + said, StringComparison.Ordinal);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Fabraix.Proxy.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
