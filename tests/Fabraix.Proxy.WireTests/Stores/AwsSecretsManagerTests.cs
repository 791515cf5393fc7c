using Fabraix.Proxy.Secrets;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>Keys from AWS Secrets Manager, with the keys of the environment.</summary>
public sealed class AwsSecretsManagerTests : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private AwsSecretsManagerFake store = null!;
    private StoreReadings readings = null!;
    private string name = "";

    public async ValueTask InitializeAsync()
    {
        var (fake, context) = await AwsSecretsManagerSubject.StartAsync(clock);
        store = (AwsSecretsManagerFake)fake;
        readings = new StoreReadings(context);
        name = store.NewName();
    }

    public async ValueTask DisposeAsync()
    {
        readings.Dispose();
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Follows_the_current_stage_and_any_other()
    {
        var (first, second) = (Made.ApiKey(), Made.ApiKey());
        var old = store.Put(name, first);
        var pending = store.PutPending(name, second);
        await readings.AssertFoundAsync(store.Reference(name), first, old);
        await readings.AssertFoundAsync(store.Reference(name, AwsSecretsManagerFake.Pending), second, pending);
        store.MoveStage(name, AwsSecretsManagerFake.Current, pending);
        await readings.AssertFoundAsync(store.Reference(name), second, pending);
        await readings.AssertFoundAsync(store.Reference(name, AwsSecretsManagerFake.Previous), first, old);
        await readings.AssertFailsAsync(SecretOutcome.Absent, store.Reference(name, "NOSUCHSTAGE"), first, second, name);
    }

    [Fact]
    public async Task Reads_bytes_and_fields_as_it_reads_text()
    {
        var (value, bytes) = (Made.ApiKey(), store.NewName());
        var version = store.PutBytes(bytes, System.Text.Encoding.ASCII.GetBytes(value + "\n"));
        await readings.AssertFoundAsync(store.Reference(bytes), value, version);
        version = store.Put(name, new Dictionary<string, string> { ["api_key"] = value });
        await readings.AssertFoundAsync(store.Reference(name, field: "api_key"), value, version);
        await readings.AssertFailsAsync(SecretOutcome.NoField, store.Reference(name, field: "none"), value);
        store.PutBytes(bytes, [0, 255, 10]);
        await readings.AssertFailsAsync(SecretOutcome.Malformed, store.Reference(bytes));
    }

    [Fact]
    public async Task Says_what_the_service_refuses_and_not_how_it_says_it()
    {
        var (value, deleted) = (Made.ApiKey(), store.NewName());
        store.Put(name, value);
        store.Put(deleted, value);
        store.Delete(deleted);
        await readings.AssertFailsAsync(SecretOutcome.Absent, store.Reference(deleted), value, deleted);
        await readings.AssertFailsAsync(SecretOutcome.Absent, store.Reference(store.NewName()));
        store.Deny(name);
        await readings.AssertFailsAsync(SecretOutcome.Forbidden, store.Reference(name), value, name, AwsAccount.Number);
        await store.SetFaultAsync(Fault.Throttle(7));
        await readings.AssertFailsAsync(SecretOutcome.Throttled, store.Reference(name), value);
        await store.SetFaultAsync(Fault.ServerError);
        await readings.AssertFailsAsync(SecretOutcome.Unavailable, store.Reference(name), value);
        await store.SetFaultAsync(Fault.NotJson);
        await readings.AssertFailsAsync(SecretOutcome.Broken, store.Reference(name), value);
        Assert.Equal(6, store.Reads);
    }

    [Fact]
    public async Task Asks_once_with_keys_that_are_revoked_for_good_and_reads_once_they_are_back()
    {
        var value = Made.ApiKey();
        var version = store.Put(name, value);
        store.Account.RevokeAll();
        await readings.AssertFailsAsync(SecretOutcome.Forbidden, store.Reference(name), value, name);
        Assert.Single(store.Seen);
        SharedIdentities.Readopt(store.Account);
        await readings.AssertFoundAsync(store.Reference(name), value, version);
    }

    /// <summary>The fake takes signatures of its own region alone, as the service does.</summary>
    [Fact]
    public async Task Asks_in_the_ARNs_region_then_in_the_environments()
    {
        var value = Made.ApiKey();
        var version = store.Put(name, value);
        using var elsewhere = new StoreReadings(store.Context(("AWS_REGION", "us-east-1")));
        await elsewhere.AssertFoundAsync("aws-secrets-manager:" + AwsSecretsManagerFake.ArnOf(name), value, version);
        await elsewhere.AssertFailsAsync(SecretOutcome.Forbidden, store.Reference(name));
        Assert.Equal("InvalidSignatureException", store.Seen[^1].Refusal);

        using var older = new StoreReadings(store.Context(("AWS_REGION", null), ("AWS_DEFAULT_REGION", AwsAccount.Region)));
        await older.AssertFoundAsync(store.Reference(name), value, version);
        using var wrong = new StoreReadings(store.Context(("AWS_REGION", "evil.example/")));
        Assert.Contains("AWS_REGION", (await wrong.AssertFailsAsync(SecretOutcome.Unavailable, store.Reference(name))).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aws-secrets-manager:fabraix", "eu-west-3", "secretsmanager.eu-west-3.amazonaws.com:443")]
    [InlineData("aws-secrets-manager:arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:fabraix-a1B2c3", "eu-west-3", "secretsmanager.cn-north-1.amazonaws.com.cn:443")]
    [InlineData("aws-parameter-store:/fabraix", "us-gov-west-1", "ssm.us-gov-west-1.amazonaws.com:443")]
    public async Task Asks_the_regions_own_address_unless_one_is_set(string reference, string region, string asked)
    {
        var connected = new List<string>();
        using var real = new StoreReadings(store.Context((store.EndpointVariable, null), ("AWS_REGION", region)) with
        {
            Connections = handler => handler.ConnectCallback = (context, _) =>
            {
                connected.Add($"{context.DnsEndPoint.Host}:{context.DnsEndPoint.Port}");
                throw new HttpRequestException("nobody goes there");
            },
        });
        await real.AssertFailsAsync(SecretOutcome.Unavailable, reference);
        Assert.Equal([asked], connected);
    }

    [Fact]
    public async Task Asks_at_the_address_that_is_set_for_all_services()
    {
        var value = Made.ApiKey();
        var version = store.Put(name, value);
        using var all = new StoreReadings(store.Context((store.EndpointVariable, null), ("AWS_ENDPOINT_URL", store.Endpoint)));
        await all.AssertFoundAsync(store.Reference(name), value, version);
    }

    [Theory]
    [InlineData("http://192.0.2.1")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("https://user:word@127.0.0.1")]
    [InlineData("127.0.0.1")]
    public async Task Sends_nothing_to_an_address_that_others_can_read(string address)
    {
        var called = false;
        using var open = new StoreReadings(store.Context((store.EndpointVariable, address)) with { Connections = handler => handler.ConnectCallback = (_, _) => throw new HttpRequestException($"{called = true}") });
        await open.AssertFailsAsync(SecretOutcome.Unavailable, store.Reference(name), address);
        Assert.False(called);
    }

    [Fact]
    public async Task Gives_up_on_a_service_that_does_not_answer()
    {
        store.Put(name, Made.ApiKey());
        await store.SetFaultAsync(Fault.Hang);
        var reading = readings.AssertFailsAsync(SecretOutcome.TimedOut, store.Reference(name));
        await Bounds.UntilAsync(() => store.Hanging == 1, "the request at the fake");
        clock.Advance(SecretReader.Longest);
        await reading;
    }
}
