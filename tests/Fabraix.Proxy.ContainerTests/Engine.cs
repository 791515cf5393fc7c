using Docker.DotNet;
using DotNet.Testcontainers.Configurations;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.ContainerTests;

/// <summary>The container engine that answers here: DOCKER_HOST's, else the default socket's.</summary>
internal static class Engine
{
    private static readonly Lazy<Task<string?>> Asked = new(AskAsync);

    public static IDockerClient Client { get; } = TestcontainersSettings.OS.DockerEndpointAuthConfig?.GetDockerClientBuilder(Guid.NewGuid()).Build()!;

    /// <summary>Null where an engine answers, else why these tests cannot run.</summary>
    public static Task<string?> MissingAsync() => Asked.Value;

    /// <summary>Skips where there is none; CI must have one.</summary>
    public static async Task SkipWhereMissingAsync()
    {
        if (await MissingAsync() is not { } missing) return;
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", missing);
        Assert.Fail(missing + " In CI that is a failure.");
    }

    private static async Task<string?> AskAsync()
    {
        try
        {
            if (Client is null) return "No container engine was found: start Docker or podman's service, or set DOCKER_HOST.";
            await Client.System.PingAsync().InTimeAsync("the container engine's answer");
            return null;
        }
        catch (Exception e)
        {
            return $"The container engine does not answer ({e.GetType().Name}): start Docker or podman's service, or set DOCKER_HOST.";
        }
    }
}
