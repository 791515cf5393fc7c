using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>The Secret Manager of the tests is one to the genuine SDK: each way to an identity, versions and errors.</summary>
public sealed class GoogleSecretManagerFakeTests : IAsyncLifetime
{
    private readonly GoogleProject project = new();
    private GoogleSecretManagerFake store = null!;
    private GoogleMetadataFake metadata = null!;
    private GoogleTokenFake tokens = null!;

    public async ValueTask InitializeAsync()
    {
        store = await GoogleSecretManagerFake.StartAsync(project);
        metadata = await GoogleMetadataFake.StartAsync(project);
        tokens = await GoogleTokenFake.StartAsync(project);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await metadata.DisposeAsync();
        await tokens.DisposeAsync();
        project.Dispose();
    }

    [Fact]
    public async Task Lets_the_sdk_read_a_secret_with_the_metadata_servers_token()
    {
        var (name, value) = (store.NewName(), Made.ApiKey());
        store.Put(name, value);
        var answer = await ReadAsync(name);

        Assert.Equal((value, $"projects/{project.Number}/secrets/{name}/versions/1"), (answer["value"], answer["name"]));
        Assert.Equal((1, 1, project.ServiceAccount), (store.Reads, metadata.Reads, Assert.Single(store.Seen).Identity));
    }

    [Fact]
    public async Task Shows_the_sdk_a_new_version_and_keeps_the_old_one()
    {
        var (name, first, second) = (store.NewName(), Made.ApiKey(), Made.ApiKey());
        store.Put(name, first);
        Assert.Equal(first, (await ReadAsync(name))["value"]);
        store.Put(name, second);

        var answers = (await SdkProcess.NodeAsync(Script, Arguments(store.PathOf(name), store.PathOf(name, "1")), [.. metadata.Environment, Project])).All;
        Assert.Equal([second, first], answers.Select(answer => answer["value"]));
        Assert.Equal(["2", "1"], answers.Select(answer => answer["name"]!.Split('/')[^1]));
    }

    [Fact]
    public async Task Tells_a_checksum_that_can_be_made_wrong()
    {
        // RFC 3720 appendix B.4 gives the CRC32C of 32 zero bytes: aa 36 91 8a, least significant byte first.
        var name = store.NewName();
        store.PutBytes(name, new byte[32]);
        Assert.Equal(0x8a9136aau.ToString(), (await ReadAsync(name))["checksum"]);
        store.WrongChecksum = true;
        Assert.NotEqual(0x8a9136aau.ToString(), (await ReadAsync(name))["checksum"]);
    }

    [Fact]
    public async Task Tells_the_sdk_that_there_is_no_such_secret_or_version()
    {
        var (deleted, present) = (store.NewName(), store.NewName());
        store.Put(deleted, Made.ApiKey());
        store.Delete(deleted);
        store.Put(present, Made.ApiKey());

        await AssertFailAsync(NotFound, store.PathOf(store.NewName()), store.PathOf(deleted), store.PathOf(present, "2"));
    }

    [Fact]
    public async Task Tells_the_sdk_that_a_version_is_disabled_or_destroyed()
    {
        var name = store.NewName();
        store.Put(name, Made.ApiKey());
        store.Disable(name);
        store.Put(name, Made.ApiKey());
        store.Destroy(name);
        var messages = await AssertFailAsync(FailedPrecondition, store.PathOf(name, "1"), store.PathOf(name));

        Assert.Contains("DISABLED", messages[0], StringComparison.Ordinal);
        Assert.Contains("DESTROYED", messages[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_the_sdk_that_it_may_not_read()
    {
        var name = store.NewName();
        store.Put(name, Made.ApiKey());
        store.Deny(name);
        await AssertFailAsync(PermissionDenied, store.PathOf(name));
    }

    [Fact]
    public async Task Throttles_the_sdk()
    {
        await store.SetFaultAsync(Fault.Throttle(7));
        await AssertFailAsync(ResourceExhausted, store.PathOf(store.NewName()));
        Assert.Equal(1, store.Reads);
    }

    [Fact]
    public async Task Lets_the_sdk_in_with_a_service_accounts_signed_grant()
    {
        var answer = await ReadNewAsync(KeyValuePair.Create("GRANT_KEY_FILE", tokens.WriteServiceAccountFile()));
        Assert.Equal((answer.Value, 1), (answer.Seen, tokens.Reads));
        Assert.Equal(project.ServiceAccount, Assert.Single(store.Seen).Identity);
    }

    [Fact]
    public async Task Lets_the_sdk_in_with_what_a_service_account_signed_itself()
    {
        var answer = await ReadNewAsync(Credentials(tokens.WriteServiceAccountFile()));
        Assert.Equal((answer.Value, 0), (answer.Seen, tokens.Reads));
        Assert.Equal(project.ServiceAccount, Assert.Single(store.Seen).Identity);
    }

    [Fact]
    public async Task Lets_the_sdk_in_with_a_users_login()
    {
        var answer = await ReadNewAsync(Credentials(tokens.WriteUserFile()), KeyValuePair.Create("TOKEN_URI", tokens.TokenUri));
        Assert.Equal((answer.Value, 1), (answer.Seen, tokens.Reads));
        Assert.Equal("user", Assert.Single(store.Seen).Identity);
    }

    [Fact]
    public async Task Lets_the_sdk_in_with_a_federated_pods_token()
    {
        var answer = await ReadNewAsync(Credentials(tokens.WriteExternalAccountFile(impersonates: false)));
        Assert.Equal((answer.Value, 1), (answer.Seen, tokens.Reads));
        Assert.Equal("principal:" + ProjectedToken.Subject, Assert.Single(store.Seen).Identity);
    }

    [Fact]
    public async Task Lets_the_sdk_in_as_the_service_account_that_a_federated_pod_acts_as()
    {
        var answer = await ReadNewAsync(Credentials(tokens.WriteExternalAccountFile(impersonates: true)));
        Assert.Equal((answer.Value, 2), (answer.Seen, tokens.Reads));
        Assert.Equal(project.ServiceAccount, Assert.Single(store.Seen).Identity);
    }

    [Fact]
    public async Task Gives_the_sdk_no_token_for_what_another_key_signed()
    {
        using var stranger = new GoogleProject();
        await using var strangers = await GoogleTokenFake.StartAsync(stranger);
        var file = await File.ReadAllTextAsync(strangers.WriteServiceAccountFile(), TestContext.Current.CancellationToken);
        var changed = Path.GetTempFileName();
        await File.WriteAllTextAsync(changed, file.Replace(strangers.TokenUri, tokens.TokenUri).Replace(stranger.ServiceAccount, project.ServiceAccount), TestContext.Current.CancellationToken);
        var answer = await SdkProcess.NodeAsync(Script, Arguments(store.PathOf(store.NewName())), KeyValuePair.Create("GRANT_KEY_FILE", changed), Project);

        Assert.Contains("invalid_grant", answer["message"], StringComparison.Ordinal);
        Assert.All(tokens.Seen, request => Assert.Equal("Invalid JWT Signature.", request.Refusal));
        Assert.Empty(store.Seen);
        File.Delete(changed);
    }

    // google.rpc.Code
    private const string NotFound = "5";
    private const string PermissionDenied = "7";
    private const string ResourceExhausted = "8";
    private const string FailedPrecondition = "9";

    private const string Script = "google-secret-manager.js";

    private static KeyValuePair<string, string> Credentials(string file) => KeyValuePair.Create("GOOGLE_APPLICATION_CREDENTIALS", file);

    // Without it the SDK would ask yet another service for the project's name.
    private KeyValuePair<string, string> Project => KeyValuePair.Create("GOOGLE_CLOUD_PROJECT", project.Id);

    private string[] Arguments(params string[] paths) => [store.Port.ToString(), .. paths];

    private Task<SdkAnswer> ReadAsync(string name, string? version = null) =>
        SdkProcess.NodeAsync(Script, Arguments(store.PathOf(name, version)), [.. metadata.Environment, Project]);

    private async Task<(string Value, string? Seen)> ReadNewAsync(params KeyValuePair<string, string>[] identity)
    {
        var (name, value) = (store.NewName(), Made.ApiKey());
        store.Put(name, value);
        return (value, (await SdkProcess.NodeAsync(Script, Arguments(store.PathOf(name)), [.. identity, Project]))["value"]);
    }

    private async Task<string[]> AssertFailAsync(string code, params string[] paths)
    {
        var answers = (await SdkProcess.NodeAsync(Script, Arguments(paths), [.. metadata.Environment, Project])).All;
        Assert.Equal(paths.Length, answers.Count);
        Assert.All(answers, answer => Assert.Equal(("GoogleError", code), (answer["error"], answer["code"])));
        return [.. answers.Select(answer => answer["message"]!)];
    }
}
