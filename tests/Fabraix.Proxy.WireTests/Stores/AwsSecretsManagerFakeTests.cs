using System.Text.Json.Nodes;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>The Secrets Manager of the tests is one to the genuine SDK: signatures, stages and errors.</summary>
public sealed class AwsSecretsManagerFakeTests : IAsyncLifetime
{
    private AwsSecretsManagerFake store = null!;

    public async ValueTask InitializeAsync() => store = await AwsSecretsManagerFake.StartAsync();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task Lets_the_sdk_read_a_secret_and_checks_its_signature()
    {
        var (name, value) = (store.NewName(), Made.ApiKey());
        var version = store.Put(name, value);
        var answer = await ReadAsync(name);

        Assert.Equal((value, version, "AWSCURRENT", AwsSecretsManagerFake.ArnOf(name)), (answer["value"], answer["version"], answer["stages"], answer["arn"]));
        Assert.Equal((1, store.Key.Identity), (store.Reads, Assert.Single(store.Seen).Identity));
        Assert.Equal(value, (await ReadAsync(AwsSecretsManagerFake.ArnOf(name)))["value"]);
    }

    [Fact]
    public async Task Shows_the_sdk_each_step_of_a_rotation()
    {
        var (name, first, second) = (store.NewName(), Made.ApiKey(), Made.ApiKey());
        var old = store.Put(name, first);
        var pending = store.PutPending(name, second);
        Assert.Equal((first, old), Pair(await ReadAsync(name)));
        Assert.Equal((second, pending), Pair(await ReadAsync(name, stage: AwsSecretsManagerFake.Pending)));
        store.MoveStage(name, AwsSecretsManagerFake.Current, pending);

        Assert.Equal((second, pending), Pair(await ReadAsync(name)));
        Assert.Equal((first, old), Pair(await ReadAsync(name, stage: AwsSecretsManagerFake.Previous)));
        Assert.Equal((first, old), Pair(await ReadAsync(name, version: old)));
        Assert.Equal([old, pending], store.Versions(name));
    }

    [Fact]
    public async Task Keeps_bytes_apart_from_text()
    {
        var name = store.NewName();
        store.PutBytes(name, [0, 255, 10]);
        Assert.Equal(Convert.ToBase64String([0, 255, 10]), (await ReadAsync(name))["binary"]);
    }

    [Fact]
    public async Task Tells_the_sdk_that_there_is_no_such_secret_version_or_stage()
    {
        var name = store.NewName();
        store.Put(name, Made.ApiKey());

        await AssertFailsAsync("ResourceNotFoundException", store.NewName());
        await AssertFailsAsync("ResourceNotFoundException", name, version: Guid.NewGuid().ToString());
        await AssertFailsAsync("ResourceNotFoundException", name, stage: "AWSPREVIOUS");
    }

    [Fact]
    public async Task Tells_the_sdk_that_a_secret_is_marked_for_deletion()
    {
        var name = store.NewName();
        store.Put(name, Made.ApiKey());
        store.Delete(name);
        await AssertFailsAsync("InvalidRequestException", name);
    }

    [Fact]
    public async Task Tells_the_sdk_that_it_may_not_read()
    {
        var name = store.NewName();
        store.Put(name, Made.ApiKey());
        store.Deny(name);
        await AssertFailsAsync("AccessDeniedException", name);
    }

    [Fact]
    public async Task Throttles_the_sdk()
    {
        await store.SetFaultAsync(Fault.Throttle(7));
        await AssertFailsAsync("ThrottlingException", store.NewName());
    }

    [Fact]
    public async Task Refuses_a_key_that_is_not_the_accounts()
    {
        var stranger = new AwsAccount().MakeKey();
        var answer = await SdkProcess.NodeAsync("aws-secrets-manager.js", [Request(store.NewName())], [.. store.Environment.Where(entry => !stranger.Environment.ContainsKey(entry.Key)), .. stranger.Environment]);

        Assert.Equal(("UnrecognizedClientException", "True"), (answer["error"], answer["ofService"]));
        Assert.Equal((0, "UnrecognizedClientException"), (store.Reads, store.Seen[0].Refusal));
    }

    private static (string? Value, string? Version) Pair(SdkAnswer answer) => (answer["value"], answer["version"]);

    private static string Request(string name, string? version = null, string? stage = null)
    {
        var request = new JsonObject { ["SecretId"] = name };
        if (version is not null) request["VersionId"] = version;
        if (stage is not null) request["VersionStage"] = stage;
        return request.ToJsonString();
    }

    private Task<SdkAnswer> ReadAsync(string name, string? version = null, string? stage = null) =>
        SdkProcess.NodeAsync("aws-secrets-manager.js", [Request(name, version, stage)], store.Environment);

    private async Task AssertFailsAsync(string error, string name, string? version = null, string? stage = null)
    {
        var answer = await ReadAsync(name, version, stage);
        Assert.Equal((error, "True", "400"), (answer["error"], answer["ofService"], answer["status"]));
    }
}
