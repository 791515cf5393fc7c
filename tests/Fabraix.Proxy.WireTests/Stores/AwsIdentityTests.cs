using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>
/// How the program itself comes to AWS's keys, in a process whose environment is what EKS gives to a pod. It reads its key each second,
/// and forwards a request with it.
/// </summary>
public sealed class AwsIdentityTests : IAsyncDisposable
{
    private readonly RecordingUpstream upstream = RecordingUpstream.Start();
    private readonly TestIssuer issuer = new();
    private readonly string value = Made.ApiKey();

    [Fact]
    public async Task Reads_with_a_pods_web_identity_and_signs_in_again_when_its_keys_are_revoked()
    {
        await using var store = await AwsSecretsManagerFake.StartAsync();
        await using var sts = await AwsStsFake.StartAsync(store.Account);
        await AssertReadsAndRecoversAsync(store, sts, sts.Environment);
        Assert.StartsWith("assumed-role/" + sts.RoleArn.Split('/')[1], store.Seen[^1].Identity, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_with_a_pods_identity_agent_and_signs_in_again_when_its_keys_are_revoked()
    {
        await using var store = await AwsParameterStoreFake.StartAsync();
        await using var agent = await AwsContainerCredentialsFake.StartAsync(store.Account);
        await AssertReadsAndRecoversAsync(store, agent, agent.Environment);
        Assert.Equal("assumed-role/fabraix/fabraix-proxy", store.Seen[^1].Identity);
    }

    [Fact]
    public async Task Says_that_STS_does_not_take_the_pods_token_and_reads_once_it_does()
    {
        await using var store = await AwsSecretsManagerFake.StartAsync();
        await using var sts = await AwsStsFake.StartAsync(store.Account);
        var name = store.NewName();
        store.Put(name, value);
        sts.PodToken.Revoke();
        await using var proxy = await StartAsync(store, store.Reference(name), sts.Environment);
        await Bounds.UntilAsync(() => proxy.Lines.Any(line => line.Contains("AWS STS does not accept", StringComparison.Ordinal)), "a line about STS");
        Assert.Empty(store.Seen);
        Assert.DoesNotContain(proxy.Lines, line => line.Contains(sts.RoleArn, StringComparison.Ordinal) || line.Contains("InvalidIdentityToken", StringComparison.Ordinal));

        sts.PodToken.Rotate();
        await Bounds.UntilAsync(() => store.Reads > 0, "a reading with the new token");
    }

    [Fact]
    public async Task Does_not_wait_for_an_agent_that_hangs_and_reads_once_it_answers()
    {
        await using var store = await AwsParameterStoreFake.StartAsync();
        await using var agent = await AwsContainerCredentialsFake.StartAsync(store.Account);
        var name = store.NewName();
        store.Put(name, value);
        await agent.SetFaultAsync(Fault.Hang);
        await using var proxy = await StartAsync(store, store.Reference(name), agent.Environment);
        await Bounds.UntilAsync(() => proxy.Lines.Any(line => line.Contains("signing in to AWS took too long", StringComparison.Ordinal)), "a line about the sign-in");
        Assert.Empty(store.Seen);

        await agent.SetFaultAsync(Fault.None);
        await Bounds.UntilAsync(() => store.Reads > 0, "a reading with the agent's keys");
    }

    public async ValueTask DisposeAsync()
    {
        await upstream.DisposeAsync();
        await issuer.DisposeAsync();
    }

    private async Task AssertReadsAndRecoversAsync(AwsStoreFake store, FakeServer identity, IReadOnlyDictionary<string, string> environment)
    {
        var name = store.NewName();
        store.Put(name, value);
        await using var proxy = await StartAsync(store, store.Reference(name), environment);
        await Bounds.UntilAsync(() => store.Reads >= 3, "three readings");
        Assert.Equal(1, identity.Reads);
        await AssertForwardsAsync(proxy);

        store.Account.RevokeAll();
        var before = store.Reads;
        await Bounds.UntilAsync(() => store.Reads >= before + 2, "two readings with new keys");
        Assert.Equal(2, identity.Reads);
        Assert.Single(store.Seen, request => request.Refusal is not null);
    }

    private async Task AssertForwardsAsync(ProxyProcess proxy)
    {
        await using var client = await RawClient.ConnectAsync(proxy.Address);
        var answer = await client.AskAsync(RequestText.Post("/v1/check", client.Host, issuer.Mint(), """{"input":"x"}""").ToString());
        Assert.Equal(200, answer.Status);
        Assert.True(upstream.Only().Header("x-api-key") == value, "x-api-key is not the store's key");
    }

    private Task<ProxyProcess> StartAsync(AwsStoreFake store, string reference, IReadOnlyDictionary<string, string> environment) => ProxyProcess.StartAsync(new Dictionary<string, string>(environment)
    {
        [store.EndpointVariable] = store.Endpoint,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["Fabraix__Keys__default__Secret"] = reference,
        ["Fabraix__Keys__default__RefreshInterval"] = "1s",
        ["Fabraix__Upstream__Address"] = upstream.Address.GetLeftPart(UriPartial.Authority),
        ["Fabraix__Tokens__Issuers__main__Issuer"] = issuer.Name,
        ["Fabraix__Tokens__Issuers__main__Audiences__0"] = issuer.Audience,
        ["Fabraix__Tokens__Issuers__main__Jwks"] = "file:" + issuer.JwksFile,
        ["Fabraix__Browser__Origins__0"] = ProxyUnderTest.Origin,
    });
}
