using System.Text.Json;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.ContainerTests;

/// <summary>The image at work: read-only root, no capability, no new privileges, 128 MiB.</summary>
[Collection(BuiltImage.Collection)]
public sealed class RunTests(BuiltImage image)
{
    [Fact]
    public async Task Starts_without_root_forwards_with_the_key_and_stops_on_SIGTERM()
    {
        await Engine.SkipWhereMissingAsync();
        await using var surroundings = new Surroundings(image);
        await using var proxy = await surroundings.RunAsync();
        await proxy.ReadyAsync();

        Assert.Equal("1654:1654", (await Engine.Client.Containers.InspectContainerAsync(proxy.Id, TestContext.Current.CancellationToken))?.Config?.User);
        Assert.Equal(0, (await proxy.ExecAsync(image.HealthCheck)).ExitCode);

        var answer = await proxy.PostAsync(surroundings.Issuer.Mint());
        Assert.Equal((200, """{"is_safe":true}"""), (answer.Status, answer.Text));
        var seen = surroundings.Upstream.Only();
        Assert.Equal("POST /v1/check HTTP/1.1", seen.RequestLine);
        Assert.Equal(["accept-encoding", "content-length", "content-type", "host", "x-api-key", "x-request-id"], seen.HeaderNames);
        Assert.True(seen.Header("x-api-key") == surroundings.Key, "x-api-key is not the key of the mounted file");
        Assert.Equal("""{"input":"x"}"""u8.ToArray(), seen.Body);

        Assert.Equal(401, (await proxy.PostAsync(surroundings.Issuer.Mint() + "x")).Status);
        Assert.Equal(1, surroundings.Upstream.RequestCount);
        Assert.Equal(0, await proxy.TerminateAsync());
    }

    /// <summary>Its own word for readiness is the orchestrator's: the command that the image names.</summary>
    [Fact]
    public async Task Fails_its_health_check_while_no_key_can_be_used()
    {
        await Engine.SkipWhereMissingAsync();
        await using var surroundings = new Surroundings(image);
        await using var proxy = await surroundings.RunAsync(variables => variables["Fabraix__Keys__default__Secret"] = "file:/var/run/secrets/fabraix/missing");
        await Bounds.UntilAsync(async () => (await proxy.LogAsync()).Contains("answers on", StringComparison.Ordinal), "the start");
        Assert.Equal(1, (await proxy.ExecAsync(image.HealthCheck)).ExitCode);
    }

    [Fact]
    public async Task Refuses_a_wrong_configuration_with_exit_code_2_and_says_so()
    {
        await Engine.SkipWhereMissingAsync();
        await using var surroundings = new Surroundings(image);
        await using var proxy = await surroundings.RunAsync(variables => variables["Fabraix__Browser__Origins__0"] = "https://app.example.com/path");
        Assert.Equal(2, await proxy.EndAsync());
        Assert.Contains("Fabraix:Browser:Origins", await proxy.LogAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_the_key_nor_a_token_is_in_the_log_the_image_or_what_the_engine_knows()
    {
        await Engine.SkipWhereMissingAsync();
        await using var surroundings = new Surroundings(image);
        await using var proxy = await surroundings.RunAsync(variables => variables["Logging__LogLevel__Default"] = "Trace");
        await proxy.ReadyAsync();
        var token = surroundings.Issuer.Mint();
        Assert.Equal(200, (await proxy.PostAsync(token)).Status);
        Assert.Equal(401, (await proxy.PostAsync(token + "x")).Status);

        // Lines are written in batches, and the engine takes them when it comes to it: all of both requests is searched.
        var log = "";
        await Bounds.UntilAsync(async () => (log = await proxy.LogAsync()).Contains("\"forwarded\"", StringComparison.Ordinal) && log.Contains("\"token_invalid\"", StringComparison.Ordinal), "the lines of both requests");
        var known = JsonSerializer.Serialize(await Engine.Client.Containers.InspectContainerAsync(proxy.Id, TestContext.Current.CancellationToken)) + JsonSerializer.Serialize(image.Inspected);
        foreach (var secret in new[] { surroundings.Key, token.Split('.')[1], token.Split('.')[2] })
        {
            Assert.False(log.Contains(secret, StringComparison.Ordinal), "a secret is in the log");
            Assert.False(known.Contains(secret, StringComparison.Ordinal), "a secret is in what the engine tells");
        }
    }
}
