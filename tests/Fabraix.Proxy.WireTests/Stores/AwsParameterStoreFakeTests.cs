using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;
using Fault = Fabraix.TestKit.Stores.Fault;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>The Parameter Store of the tests is one to the genuine SDK: signatures, versions and errors.</summary>
public sealed class AwsParameterStoreFakeTests : IAsyncLifetime
{
    private AwsParameterStoreFake store = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => store = await AwsParameterStoreFake.StartAsync();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task Lets_the_sdk_read_a_parameter_and_checks_its_signature()
    {
        var (name, value) = (store.NewName(), Made.ApiKey());
        store.Put(name, value);
        var parameter = await ReadAsync(name);

        Assert.Equal((value, 1, name, AwsParameterStoreFake.ArnOf(name)), (parameter.Value, parameter.Version, parameter.Name, parameter.ARN));
        Assert.Equal(ParameterType.SecureString, parameter.Type);
        Assert.Equal((1, store.Key.Identity), (store.Reads, Assert.Single(store.Seen).Identity));
    }

    [Fact]
    public async Task Shows_the_sdk_a_new_version_and_keeps_the_old_one()
    {
        var (name, first, second) = (store.NewName(), Made.ApiKey(), Made.ApiKey());
        store.Put(name, first);
        Assert.Equal(first, (await ReadAsync(name)).Value);
        store.Put(name, second);

        Assert.Equal((second, 2), await AsPairAsync(name));
        Assert.Equal((first, 1), await AsPairAsync(name + ":1"));
        Assert.Equal(["1", "2"], store.Versions(name));
    }

    [Fact]
    public async Task Gives_no_plain_value_without_decryption()
    {
        var (name, value) = (store.NewName(), Made.ApiKey());
        store.Put(name, value);
        Assert.NotEqual(value, (await ReadAsync(name, decrypts: false)).Value);
    }

    [Fact]
    public async Task Tells_the_sdk_that_there_is_no_such_parameter_or_version()
    {
        var (absent, deleted, present) = (store.NewName(), store.NewName(), store.NewName());
        store.Put(deleted, Made.ApiKey());
        store.Delete(deleted);
        store.Put(present, Made.ApiKey());

        await Assert.ThrowsAsync<ParameterNotFoundException>(() => ReadAsync(absent));
        await Assert.ThrowsAsync<ParameterNotFoundException>(() => ReadAsync(deleted));
        await Assert.ThrowsAsync<ParameterVersionNotFoundException>(() => ReadAsync(present + ":2"));
    }

    [Fact]
    public async Task Tells_the_sdk_that_it_may_not_read()
    {
        var name = store.NewName();
        store.Put(name, Made.ApiKey());
        store.Deny(name);
        Assert.Equal("AccessDeniedException", (await AssertFailsAsync(name)).ErrorCode);
    }

    [Fact]
    public async Task Throttles_the_sdk()
    {
        await store.SetFaultAsync(Fault.Throttle(7));
        var failure = await AssertFailsAsync(store.NewName());
        Assert.Equal(("ThrottlingException", 400), (failure.ErrorCode, (int)failure.StatusCode));
    }

    [Fact]
    public async Task Refuses_a_key_that_is_not_the_accounts()
    {
        var failure = await AssertFailsAsync(store.NewName(), new BasicAWSCredentials(store.Key.Id, new AwsAccount().MakeKey().Secret));
        Assert.Equal("InvalidSignatureException", failure.ErrorCode);
        Assert.Equal("UnrecognizedClientException", (await AssertFailsAsync(store.NewName(), new BasicAWSCredentials("AKIAABCDEFGHIJKLMNOP", "x"))).ErrorCode);
        Assert.Equal(0, store.Reads);
    }

    [Fact]
    public async Task Refuses_a_session_that_is_over()
    {
        var key = store.Account.MakeSession("assumed-role/x", TimeSpan.FromSeconds(-1));
        Assert.Equal("ExpiredTokenException", (await AssertFailsAsync(store.NewName(), new SessionAWSCredentials(key.Id, key.Secret, key.SessionToken))).ErrorCode);
    }

    [Fact]
    public async Task Lets_the_sdk_in_with_keys_of_its_environment()
    {
        var (name, value) = (store.NewName(), Made.ApiKey());
        store.Put(name, value);
        Assert.Equal(value, (await SdkProcess.DotnetAsync(["aws-parameter-store", name], store.Environment))["value"]);
    }

    [Fact]
    public async Task Lets_the_sdk_in_with_a_pods_web_identity()
    {
        await using var sts = await AwsStsFake.StartAsync(store.Account);
        var (name, value) = (store.NewName(), Made.ApiKey());
        store.Put(name, value);
        var answer = await SdkProcess.DotnetAsync(["aws-parameter-store", name], [.. sts.Environment, Endpoint]);

        Assert.Equal(value, answer["value"]);
        Assert.Equal(1, sts.Reads);
        Assert.StartsWith("assumed-role/" + sts.RoleArn.Split('/')[1], Assert.Single(store.Seen).Identity, StringComparison.Ordinal);
        Assert.NotNull(store.Seen[0].Header("X-Amz-Security-Token"));
    }

    [Fact]
    public async Task Gives_the_sdk_no_keys_for_a_web_identity_that_is_not_the_pods()
    {
        await using var sts = await AwsStsFake.StartAsync(store.Account);
        await File.WriteAllTextAsync(sts.PodToken.File, sts.PodToken.Current + "x", Stop);
        var answer = await SdkProcess.DotnetAsync(["aws-parameter-store", store.NewName()], [.. sts.Environment, Endpoint, KeyValuePair.Create("AWS_MAX_ATTEMPTS", "1")]);

        Assert.Contains("InvalidIdentityToken", answer["message"], StringComparison.Ordinal);
        Assert.Equal("InvalidIdentityToken", sts.Seen[0].Refusal);
        Assert.Empty(store.Seen);
    }

    [Fact]
    public async Task Lets_the_sdk_in_with_a_containers_credentials()
    {
        await using var agent = await AwsContainerCredentialsFake.StartAsync(store.Account);
        var (name, value) = (store.NewName(), Made.ApiKey());
        store.Put(name, value);
        var answer = await SdkProcess.DotnetAsync(["aws-parameter-store", name], [.. agent.Environment, Endpoint]);

        Assert.Equal(value, answer["value"]);
        Assert.Equal(1, agent.Reads);
        Assert.Equal("assumed-role/fabraix/fabraix-proxy", Assert.Single(store.Seen).Identity);
    }

    private KeyValuePair<string, string> Endpoint => KeyValuePair.Create("AWS_ENDPOINT_URL_SSM", store.Endpoint);

    private async Task<Parameter> ReadAsync(string name, AWSCredentials? credentials = null, bool decrypts = true)
    {
        using var client = new AmazonSimpleSystemsManagementClient(
            credentials ?? new BasicAWSCredentials(store.Key.Id, store.Key.Secret),
            new AmazonSimpleSystemsManagementConfig { ServiceURL = store.Endpoint, AuthenticationRegion = AwsAccount.Region, MaxErrorRetry = 0 });
        return (await client.GetParameterAsync(new GetParameterRequest { Name = name, WithDecryption = decrypts }, Stop)).Parameter;
    }

    private async Task<(string Value, int Version)> AsPairAsync(string name) => await ReadAsync(name) is var found ? (found.Value, (int)found.Version!) : default;

    private Task<AmazonSimpleSystemsManagementException> AssertFailsAsync(string name, AWSCredentials? credentials = null) =>
        Assert.ThrowsAsync<AmazonSimpleSystemsManagementException>(() => ReadAsync(name, credentials));
}
