using System.Net.Sockets;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Containers;
using Fabraix.TestKit;

namespace Fabraix.Proxy.ContainerTests;

/// <summary>One container of the image.</summary>
internal sealed class RunningImage(IContainer container) : IAsyncDisposable
{
    public string Id => container.Id;

    public Uri Public => new($"http://localhost:{container.GetMappedPublicPort(8080)}");

    public Uri Management => new($"http://localhost:{container.GetMappedPublicPort(8081)}");

    /// <summary>Waits for readiness, asked from outside of the container, and for the public listener, which opens last.</summary>
    public async Task ReadyAsync()
    {
        await Bounds.UntilAsync(async () => await StatusAsync(Management, "/healthz/ready") == 200, "readiness");
        await Bounds.UntilAsync(async () => await StatusAsync(Public, "/") != 0, "the public listener");
    }

    public async Task<RawResponse> PostAsync(string token)
    {
        await using var client = await RawClient.ConnectAsync(Public);
        return await client.AskAsync(RequestText.Post("/v1/check", client.Host, token, """{"input":"x"}""").With("Origin", Surroundings.Origin).ToString());
    }

    /// <summary>Runs a program in the container; the engine's own refusal to start it is exit code 126 or 127, or an exception.</summary>
    public Task<ExecResult> ExecAsync(string[] command) => container.ExecAsync(command).InTimeAsync("the command in the container");

    /// <summary>SIGTERM alone, with nothing after it; returns the exit code.</summary>
    public async Task<long> TerminateAsync()
    {
        await Engine.Client.Containers.KillContainerAsync(Id, new ContainerKillParameters { Signal = "SIGTERM" });
        return await EndAsync();
    }

    /// <summary>The exit code of a program that ends by itself.</summary>
    public Task<long> EndAsync() => container.GetExitCodeAsync().InTimeAsync("the program's end", TimeSpan.FromSeconds(45));

    public async Task<string> LogAsync()
    {
        var (output, error) = await container.GetLogsAsync(timestampsEnabled: false);
        return output + error;
    }

    public ValueTask DisposeAsync() => container.DisposeAsync();

    private static async Task<int> StatusAsync(Uri address, string path)
    {
        try
        {
            await using var client = await RawClient.ConnectAsync(address);
            return (await client.AskAsync(new RequestText("GET", path).With("Host", client.Host).ToString())).Status;
        }
        catch (Exception notYet) when (notYet is IOException or SocketException or InvalidDataException)
        {
            return 0;
        }
    }
}
