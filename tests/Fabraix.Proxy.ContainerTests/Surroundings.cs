using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Images;
using Fabraix.TestKit;

namespace Fabraix.Proxy.ContainerTests;

/// <summary>What a proxy in a container needs beside itself: an upstream, an issuer, and a key in a mounted file.</summary>
internal sealed class Surroundings : IAsyncDisposable
{
    public const string Origin = "https://app.example.com";
    private readonly BuiltImage image;
    private readonly DirectoryInfo mounted = Directory.CreateTempSubdirectory("fabraix-mounted-");
    private readonly HostDoor door;

    public Surroundings(BuiltImage image)
    {
        this.image = image;
        door = HostDoor.To(Upstream.Address, image.Gateway);
        File.WriteAllText(Path.Combine(mounted.FullName, "api-key"), Key + "\n");
        File.WriteAllText(Path.Combine(mounted.FullName, "jwks.json"), Issuer.Jwks());
        // The container's user is nobody here.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(mounted.FullName, (UnixFileMode)0b111_101_101);
    }

    public RecordingUpstream Upstream { get; } = RecordingUpstream.Start();

    public TestIssuer Issuer { get; } = new();

    public string Key { get; } = Made.ApiKey();

    /// <summary>A container under what a careful cluster demands; started, unless <paramref name="change"/> leaves no way to.</summary>
    public async Task<RunningImage> RunAsync(Action<Dictionary<string, string>>? change = null)
    {
        var variables = new Dictionary<string, string>
        {
            ["Fabraix__Upstream__Address"] = door.Address.GetLeftPart(UriPartial.Authority),
            ["Fabraix__Upstream__DangerousAllowHttp"] = "true",
            ["Fabraix__Keys__default__Secret"] = "file:/var/run/secrets/fabraix/api-key",
            ["Fabraix__Tokens__Issuers__main__Issuer"] = Issuer.Name,
            ["Fabraix__Tokens__Issuers__main__Audiences__0"] = Issuer.Audience,
            ["Fabraix__Tokens__Issuers__main__Jwks"] = "file:/var/run/secrets/fabraix/jwks.json",
            ["Fabraix__Browser__Origins__0"] = Origin,
        };
        change?.Invoke(variables);
        var container = new ContainerBuilder(BuiltImage.Name)
            .WithImagePullPolicy(PullPolicy.Never)
            .WithNetwork(image.Network)
            .WithPortBinding(8080, assignRandomHostPort: true)
            .WithPortBinding(8081, assignRandomHostPort: true)
            .WithBindMount(mounted.FullName, "/var/run/secrets/fabraix", AccessMode.ReadOnly)
            .WithEnvironment(variables)
            .WithCreateParameterModifier(Hardening.Apply)
            .Build();
        await container.StartAsync();
        return new RunningImage(container);
    }

    public async ValueTask DisposeAsync()
    {
        await door.DisposeAsync();
        await Upstream.DisposeAsync();
        await Issuer.DisposeAsync();
        mounted.Delete(recursive: true);
    }
}
