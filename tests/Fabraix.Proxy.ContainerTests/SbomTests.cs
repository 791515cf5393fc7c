using System.Text.Json;
using System.Xml.Linq;
using Fabraix.Sbom;
using Xunit;

namespace Fabraix.Proxy.ContainerTests;

/// <summary>The list of parts: CycloneDX 1.6's main rules, and that it tells the truth of the lock file.</summary>
public sealed class SbomTests
{
    private static readonly XDocument BuildProps = XDocument.Load(Repository.File("Directory.Build.props"));
    private static readonly XDocument PackagesProps = XDocument.Load(Repository.File("Directory.Packages.props"));
    private static readonly XDocument Project = XDocument.Load(Repository.File("src", "Fabraix.Proxy", "Fabraix.Proxy.csproj"));

    public static TheoryData<string> LockFiles => [.. Directory.GetFiles(Repository.File("src", "Fabraix.Proxy"), "packages*.lock.json").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(LockFiles))]
    public void Keeps_the_rules_of_CycloneDX(string lockFile)
    {
        using var bom = JsonDocument.Parse(Write(Parts(lockFile)), new JsonDocumentOptions { AllowDuplicateProperties = false });
        var root = bom.RootElement;
        Assert.Equal(["bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "dependencies"], root.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("CycloneDX", "1.6", 1), (root.GetProperty("bomFormat").GetString(), root.GetProperty("specVersion").GetString(), root.GetProperty("version").GetInt32()));
        Assert.Matches("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", root.GetProperty("serialNumber").GetString());

        var components = root.GetProperty("components").EnumerateArray().ToList();
        Assert.All(components, AssertComponent);
        var references = components.Append(root.GetProperty("metadata").GetProperty("component")).Select(component => component.GetProperty("bom-ref").GetString()!).ToList();
        Assert.Equal(references.Count, references.Distinct(StringComparer.Ordinal).Count());

        var dependencies = root.GetProperty("dependencies").EnumerateArray().ToList();
        Assert.Equal(references.Order(StringComparer.Ordinal), dependencies.Select(dependency => dependency.GetProperty("ref").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(dependencies, dependency =>
        {
            var on = dependency.GetProperty("dependsOn").EnumerateArray().Select(reference => reference.GetString()!).ToList();
            Assert.Equal(on.Distinct(StringComparer.Ordinal), on);
            Assert.Subset(references.ToHashSet(StringComparer.Ordinal), on.ToHashSet(StringComparer.Ordinal));
        });
    }

    [Theory]
    [MemberData(nameof(LockFiles))]
    public void Every_part_is_reached_from_the_program(string lockFile)
    {
        var parts = Parts(lockFile).ToDictionary(part => part.Name, StringComparer.OrdinalIgnoreCase);
        var reached = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var next = new Queue<string>(Contents.Roots([.. parts.Values]).Select(part => part.Name));
        while (next.TryDequeue(out var name))
        {
            if (!reached.Add(name)) continue;
            foreach (var below in parts[name].DependsOn) next.Enqueue(below);
        }
        Assert.Equal(parts.Keys.Order(StringComparer.Ordinal), reached.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(LockFiles))]
    public void Names_what_the_project_references_and_no_tool_of_the_build(string lockFile)
    {
        var names = Parts(lockFile).Select(part => part.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Subset(names, Project.Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!).ToHashSet(StringComparer.Ordinal));
        Assert.DoesNotContain("Microsoft.CodeAnalysis.BannedApiAnalyzers", names);
        Assert.DoesNotContain(names, BuildTools.IsNativeCompiler);
    }

    /// <summary>All lock files are of one product: what differs is what a platform adds.</summary>
    [Theory]
    [MemberData(nameof(LockFiles))]
    public void A_platforms_lock_file_has_the_versions_of_the_others(string lockFile)
    {
        var all = LockFile.Parse(File.ReadAllText(Repository.File("src", "Fabraix.Proxy", "packages.lock.json"))).Packages.Select(package => (package.Purl, package.ContentHash)).ToHashSet();
        var its = LockFile.Parse(File.ReadAllText(Repository.File("src", "Fabraix.Proxy", lockFile))).Packages.Select(package => (package.Purl, package.ContentHash)).ToHashSet();
        Assert.Subset(its, all);
    }

    [Fact]
    public void A_native_program_has_NET_itself_in_it()
    {
        var parts = Parts("packages.linux-arm64.native.lock.json");
        Assert.Contains(parts, part => part.Purl == $"pkg:nuget/Microsoft.AspNetCore.App.Runtime.linux-arm64@{Contents.Property("NativeAspNetCoreVersion", PackagesProps)}");
        Assert.DoesNotContain(Parts("packages.linux-arm64.lock.json"), part => part.Name.Contains(".App.Runtime.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_lock_file_gives_the_same_bytes_and_another_another_number()
    {
        var parts = Parts("packages.linux-x64.native.lock.json");
        Assert.Equal(Write(parts), Write(Parts("packages.linux-x64.native.lock.json")));
        Assert.NotEqual(Serial(Write(parts)), Serial(Write([parts[0] with { Version = "0.0.1" }, .. parts.Skip(1)])));
        Assert.NotEqual(Serial(Write(parts)), Serial(Bom.Write("9.9.9", parts)));
    }

    /// <summary>RFC 4648 section 4 and the same bytes in hexadecimal: what NuGet and CycloneDX write of one digest.</summary>
    [Fact]
    public void Hashes_are_those_of_the_lock_file()
    {
        using var bom = JsonDocument.Parse(Write([new Part("A", "1.0.0", Convert.ToBase64String([.. Enumerable.Range(0, 64).Select(number => (byte)number)]), [])]));
        Assert.StartsWith("000102", bom.RootElement.GetProperty("components")[0].GetProperty("hashes")[0].GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""<package xmlns="urn:x"><metadata><license type="expression">MIT</license></metadata></package>""", "MIT")]
    [InlineData("""<package xmlns="urn:x"><metadata><license type="file">LICENSE.txt</license></metadata></package>""", null)]
    [InlineData("""<package xmlns="urn:x"><metadata><licenseUrl>https://example.com/</licenseUrl></metadata></package>""", null)]
    public void A_licence_is_told_only_where_it_is_an_expression(string nuspec, string? license) => Assert.Equal(license, Licenses.Read(XDocument.Parse(nuspec)));

    [Theory]
    [InlineData("""{"version":2,"dependencies":{"net9.0":{},"net10.0":{}}}""")]
    [InlineData("""{"version":2,"dependencies":{"net10.0":{},"net10.0/linux-x64":{},"net10.0/linux-arm64":{}}}""")]
    [InlineData("""{"version":2,"dependencies":{}}""")]
    public void A_lock_file_for_several_programs_is_refused(string json) => Assert.Throws<InvalidDataException>(() => LockFile.Parse(json));

    private static IReadOnlyList<Part> Parts(string lockFile) =>
        Contents.Of(LockFile.Parse(File.ReadAllText(Repository.File("src", "Fabraix.Proxy", lockFile))), BuildProps, PackagesProps, Project);

    private static string Write(IReadOnlyList<Part> parts) => Bom.Write("1.2.3", parts);

    private static string Serial(string bom)
    {
        using var json = JsonDocument.Parse(bom);
        return json.RootElement.GetProperty("serialNumber").GetString()!;
    }

    private static void AssertComponent(JsonElement component)
    {
        Assert.Equal("library", component.GetProperty("type").GetString());
        var (name, version) = (component.GetProperty("name").GetString(), component.GetProperty("version").GetString());
        Assert.Equal($"pkg:nuget/{name}@{version}", component.GetProperty("purl").GetString());
        if (!component.TryGetProperty("hashes", out var hashes))
        {
            Assert.Contains(".App.Runtime.", name, StringComparison.Ordinal);
            return;
        }
        var hash = Assert.Single(hashes.EnumerateArray());
        Assert.Equal("SHA-512", hash.GetProperty("alg").GetString());
        Assert.Matches("^[0-9a-f]{128}$", hash.GetProperty("content").GetString());
    }
}
