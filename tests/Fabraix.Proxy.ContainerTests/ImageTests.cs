using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Fabraix.Sbom;
using Xunit;

namespace Fabraix.Proxy.ContainerTests;

/// <summary>What is in the image, and what it says of itself.</summary>
[Collection(BuiltImage.Collection)]
public sealed class ImageTests(BuiltImage image)
{
    [Fact]
    public async Task Holds_the_program_and_its_papers_and_nothing_else()
    {
        await Engine.SkipWhereMissingAsync();
        var files = await OursAsync();
        Assert.Equal(["app/LICENSE", "app/appsettings.json", "app/fabraix-proxy", "app/sbom.cdx.json"], files.Keys.Order(StringComparer.Ordinal));
        Assert.All(files.Values, file => Assert.True(file.IsRoots && !file.IsWritableByOthers, "the proxy's user could change a file"));
        Assert.All(files.Values, file => Assert.Equal(DateTimeOffset.Parse(BuiltImage.Created, CultureInfo.InvariantCulture), file.Changed));
    }

    [Fact]
    public async Task Lists_the_parts_of_the_lock_file_that_it_was_built_with()
    {
        await Engine.SkipWhereMissingAsync();
        var platform = image.Inspected.Architecture == "arm64" ? "linux-arm64" : "linux-x64";
        var locked = LockFile.Parse(await File.ReadAllTextAsync(Repository.File("src", "Fabraix.Proxy", $"packages.{platform}.native.lock.json"), TestContext.Current.CancellationToken));
        using var sbom = JsonDocument.Parse((await OursAsync())["app/sbom.cdx.json"].Content);
        var listed = sbom.RootElement.GetProperty("components").EnumerateArray().Select(part => part.GetProperty("purl").GetString()!).ToList();
        Assert.Contains(listed, purl => purl.StartsWith("pkg:nuget/Yarp.ReverseProxy@", StringComparison.Ordinal));
        Assert.Contains(listed, purl => purl.StartsWith($"pkg:nuget/Microsoft.AspNetCore.App.Runtime.{platform}@", StringComparison.Ordinal));
        Assert.All(listed.Where(purl => !purl.Contains(".App.Runtime.", StringComparison.Ordinal)), purl => Assert.Contains(locked.Packages, package => package.Purl == purl));
    }

    [Fact]
    public async Task Says_what_it_is()
    {
        await Engine.SkipWhereMissingAsync();
        var labels = image.Saved.Settings.GetProperty("Labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString(), StringComparer.Ordinal);
        Assert.Equal("fabraix-proxy", labels["org.opencontainers.image.title"]);
        Assert.Equal("MIT", labels["org.opencontainers.image.licenses"]);
        Assert.Equal(BuiltImage.Revision, labels["org.opencontainers.image.revision"]);
        Assert.Equal(BuiltImage.Created, labels["org.opencontainers.image.created"]);
        // Without an argument, the Dockerfile's own.
        Assert.Equal(Contents.Property("Version", XDocument.Load(Repository.File("Directory.Build.props"))), labels["org.opencontainers.image.version"]);
    }

    [Fact]
    public async Task Starts_the_program_as_nobody_and_asks_it_for_its_health()
    {
        await Engine.SkipWhereMissingAsync();
        var config = image.Saved.Settings;
        Assert.Equal("1654:1654", config.GetProperty("User").GetString());
        Assert.Equal(["/app/fabraix-proxy"], config.GetProperty("Entrypoint").EnumerateArray().Select(word => word.GetString()));
        Assert.Equal(["/app/fabraix-proxy", "health"], image.HealthCheck);
        Assert.Equal(["8080/tcp", "8081/tcp"], config.GetProperty("ExposedPorts").EnumerateObject().Select(port => port.Name).Order(StringComparer.Ordinal));

        var variables = config.GetProperty("Env").EnumerateArray().Select(variable => variable.GetString()!).ToList();
        Assert.Contains("DOTNET_EnableDiagnostics=0", variables);
        Assert.Contains("Fabraix__Management__Url=http://+:8081", variables);
        Assert.DoesNotContain(variables, variable => variable.StartsWith("FABRAIX_API_KEY", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("sh")]
    [InlineData("bash")]
    [InlineData("dash")]
    [InlineData("busybox")]
    [InlineData("apt-get")]
    [InlineData("dpkg")]
    [InlineData("apk")]
    public async Task Has_no_shell_and_no_package_manager(string program)
    {
        await Engine.SkipWhereMissingAsync();
        var all = image.Saved.Files.SelectMany(layer => layer.Keys).ToList();
        Assert.Contains("app/fabraix-proxy", all);
        Assert.DoesNotContain(all, file => file.Split('/') is [.., "bin" or "sbin", var name] && name == program);
    }

    /// <summary>The layers above those of the image that it is built upon.</summary>
    private async Task<Dictionary<string, ImageFile>> OursAsync()
    {
        var name = image.Saved.Settings.GetProperty("Labels").GetProperty("org.opencontainers.image.base.name").GetString()!;
        var under = (await Engine.Client.Images.InspectImageAsync(name)).RootFS!.Layers!;
        Assert.Equal(under, image.Inspected.RootFS!.Layers!.Take(under.Count));
        return image.Saved.Files.Skip(under.Count).SelectMany(layer => layer).ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal);
    }
}
