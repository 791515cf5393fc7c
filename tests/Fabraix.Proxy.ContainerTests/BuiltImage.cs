using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.ContainerTests;

/// <summary>
/// The image as the Dockerfile makes it, built once for all tests, and a network that its containers and a Redis share. <c>FABRAIX_PROXY_IMAGE</c> names
/// a finished one instead, built with the same arguments: what is to be published is then what was tested.
/// </summary>
public sealed class BuiltImage : IAsyncLifetime
{
    public const string Collection = "image";
    private const string Built = "fabraix-proxy:tested";
    public const string Revision = "0123456789abcdef0123456789abcdef01234567";
    public const string Created = "2026-01-02T03:04:05Z";

    internal static string Name { get; } = Environment.GetEnvironmentVariable("FABRAIX_PROXY_IMAGE") is { Length: > 0 } finished ? finished : Built;

    /// <summary>What the engine says of it.</summary>
    internal ImageInspectResponse Inspected { get; private set; } = null!;

    internal SavedImage Saved { get; private set; } = null!;

    /// <summary>The command of its health check, without the word that says that it is one.</summary>
    internal string[] HealthCheck =>
        [.. Saved.Settings.GetProperty("Healthcheck").GetProperty("Test").EnumerateArray().Select(word => word.GetString()!).SkipWhile((word, place) => place == 0 && word == "CMD")];

    /// <summary>Reached by the name redis. It is there from the first test to the last: an engine may have a network's gateway only while a container is in it.</summary>
    internal IContainer Redis { get; private set; } = null!;

    internal INetwork Network { get; private set; } = null!;

    /// <summary>The address of this machine in that network, where it is one.</summary>
    internal string Gateway { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        // Each test then says why it skips.
        if (await Engine.MissingAsync() is not null) return;

        if (Name == Built) await BuildAsync();
        Inspected = await Engine.Client.Images.InspectImageAsync(Name);
        Saved = await SavedImage.ReadAsync(Name);

        Network = new NetworkBuilder().Build();
        await Network.CreateAsync();
        Redis = new ContainerBuilder(BaseImages.Redis).WithNetwork(Network).WithNetworkAliases("redis")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("Ready to accept connections")).Build();
        await Redis.StartAsync();
        Gateway = (await Engine.Client.Networks.InspectNetworkAsync(Network.Name)).IPAM!.Config![0].Gateway!;
    }

    private static async Task BuildAsync()
    {
        // tests/run builds the same in the background: whoever waits finds every layer made, and whoever does not compiles all of it beside.
        if (Environment.GetEnvironmentVariable("FABRAIX_NATIVE") is { Length: > 0 } begun)
            await Bounds.UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(begun, "exit"))), "the image in the background", TimeSpan.FromMinutes(9), TimeSpan.FromMilliseconds(200));
        var build = new ImageFromDockerfileBuilder().WithDockerfileDirectory(Repository.Root).WithName(Built).WithCleanUp(false)
            .WithBuildArgument("REVISION", Revision).WithBuildArgument("CREATED", Created).WithBuildArgument("SOURCE_DATE_EPOCH", "1767323045");
        foreach (var (name, value) in BaseImages.Chosen) build = build.WithBuildArgument(name, value);
        await build.Build().CreateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Redis is not null) await Redis.DisposeAsync();
        if (Network is not null) await Network.DisposeAsync();
    }
}

[CollectionDefinition(BuiltImage.Collection)]
public sealed class BuiltImageDefinition : ICollectionFixture<BuiltImage>;
