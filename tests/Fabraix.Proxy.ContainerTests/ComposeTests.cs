using System.Diagnostics;
using System.Text.Json;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.ContainerTests;

/// <summary>What <c>deploy/compose</c> promises, read from its file; nothing here needs an engine.</summary>
public sealed class ComposeTests
{
    private static readonly ComposeFile Compose = ComposeFile.Read(ComposeFile.Example());

    public static TheoryData<string> Services => [.. Compose.Services];

    [Fact]
    public void Has_a_proxy_and_a_Redis() => Assert.Equal(["proxy", "redis"], Compose.Services);

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_can_do_no_more_than_it_must(string service)
    {
        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", Compose.Scalar("services", service, "user"));
        Assert.Equal("true", Compose.Scalar("services", service, "read_only"));
        Assert.Equal(["ALL"], Compose.List("services", service, "cap_drop"));
        Assert.Equal(["no-new-privileges:true"], Compose.List("services", service, "security_opt"));
        Assert.NotEmpty(Compose.Scalar("services", service, "mem_limit"));
        Assert.NotEmpty(Compose.Scalar("services", service, "pids_limit"));
        Assert.NotEmpty(Compose.List("services", service, "healthcheck", "test"));
        foreach (var weaker in new[] { "privileged", "cap_add", "network_mode", "pid", "ipc", "devices", "userns_mode" })
            Assert.False(Compose.Has("services", service, weaker), weaker);
    }

    [Fact]
    public void Only_the_proxy_has_ports_and_only_on_loopback()
    {
        Assert.All(Compose.List("services", "proxy", "ports"), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
        Assert.Empty(Compose.List("services", "redis", "ports"));
        Assert.Equal(["inside"], Compose.List("services", "redis", "networks"));
        Assert.Equal("true", Compose.Scalar("networks", "inside", "internal"));
    }

    [Fact]
    public void Secrets_are_files_that_no_commit_takes_in()
    {
        Assert.All(Compose.Map("secrets").Values, secret => Assert.StartsWith("./secrets/", (string)((Dictionary<object, object>)secret)["file"], StringComparison.Ordinal));
        Assert.Equal([".env", "secrets/"], File.ReadLines(Path.Combine(ComposeFile.Folder, ".gitignore")));
        foreach (var name in new[] { "Fabraix__Keys__default__Secret", "Fabraix__RateLimits__StorePassword" })
        {
            var reference = Compose.Scalar("services", "proxy", "environment", name);
            Assert.StartsWith("file:/run/secrets/", reference, StringComparison.Ordinal);
            Assert.Contains(reference["file:/run/secrets/".Length..], Compose.List("services", "proxy", "secrets"));
        }
    }

    [Fact]
    public void The_health_check_is_the_images_own()
    {
        Assert.Equal(["CMD", "/app/fabraix-proxy", "health"], Compose.List("services", "proxy", "healthcheck", "test"));
        Assert.Contains("""HEALTHCHECK --interval=10s --timeout=6s --start-period=5s --retries=3 CMD ["/app/fabraix-proxy", "health"]""", File.ReadLines(Repository.File("Dockerfile")));
    }

    [Fact]
    public void The_example_sets_what_compose_reads_and_all_that_it_demands()
    {
        Assert.Subset(ComposeFile.Known.ToHashSet(), ComposeFile.Example().Keys.ToHashSet());
        Assert.Subset(ComposeFile.Example().Keys.ToHashSet(), ComposeFile.Wanted.ToHashSet());
        Assert.All(ComposeFile.Wanted, name => Assert.Throws<InvalidDataException>(() => ComposeFile.Read(ComposeFile.Example().Where(pair => pair.Key != name).ToDictionary())));
    }

    [Fact]
    public async Task The_proxy_accepts_its_configuration()
    {
        Assert.Equal((0, 0), await CheckAsync(_ => { }));
        // And would say so if it did not.
        Assert.Equal((2, 1), await CheckAsync(variables => variables["Fabraix__RateLimits__Stor"] = "memory"));
    }

    private static async Task<(int ExitCode, int Mistakes)> CheckAsync(Action<IDictionary<string, string?>> change)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "fabraix-proxy.dll"), "check", "--json"]) { RedirectStandardOutput = true };
        foreach (var (name, value) in Compose.Map("services", "proxy", "environment")) start.Environment[(string)name] = (string)value;
        // What the image sets.
        start.Environment["ASPNETCORE_HTTP_PORTS"] = "8080";
        start.Environment["Fabraix__Management__Url"] = "http://+:8081";
        change(start.Environment);
        using var check = Process.Start(start)!;
        using var findings = JsonDocument.Parse(await check.StandardOutput.ReadToEndAsync().InTimeAsync("check's output"));
        await check.WaitForExitAsync().InTimeAsync("check's end");
        return (check.ExitCode, findings.RootElement.GetProperty("mistakes").GetArrayLength());
    }
}
