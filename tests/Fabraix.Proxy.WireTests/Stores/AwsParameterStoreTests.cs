using Fabraix.Proxy.Secrets;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>Keys from AWS Parameter Store, with the keys of the environment.</summary>
public sealed class AwsParameterStoreTests : IAsyncLifetime
{
    private AwsParameterStoreFake store = null!;
    private StoreReadings readings = null!;
    private string name = "";

    public async ValueTask InitializeAsync()
    {
        var (fake, context) = await AwsParameterStoreSubject.StartAsync();
        store = (AwsParameterStoreFake)fake;
        readings = new StoreReadings(context);
        name = store.NewName();
    }

    public async ValueTask DisposeAsync()
    {
        readings.Dispose();
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Reads_decrypted_the_latest_version_or_the_one_that_is_named()
    {
        var (first, second) = (Made.ApiKey(), Made.ApiKey());
        store.Put(name, first);
        await readings.AssertFoundAsync(store.Reference(name), first, "1");
        store.Put(name, second);
        await readings.AssertFoundAsync(store.Reference(name), second, "2");
        await readings.AssertFoundAsync(store.Reference(name, "1"), first, "1");
        Assert.All(store.Seen, request => Assert.Equal("user/fabraix", request.Identity));
    }

    [Fact]
    public async Task Reads_one_field()
    {
        var value = Made.ApiKey();
        store.Put(name, new Dictionary<string, string> { ["api_key"] = value });
        await readings.AssertFoundAsync(store.Reference(name, field: "api_key"), value, "1");
        await readings.AssertFoundAsync(store.Reference(name, "1", "api_key"), value, "1");
    }

    [Fact]
    public async Task Says_what_the_service_refuses_and_not_how_it_says_it()
    {
        var value = Made.ApiKey();
        store.Put(name, value);
        await readings.AssertFailsAsync(SecretOutcome.Absent, store.Reference(store.NewName()), name);
        await readings.AssertFailsAsync(SecretOutcome.Absent, store.Reference(name, "2"), value, name);
        store.Deny(name);
        await readings.AssertFailsAsync(SecretOutcome.Forbidden, store.Reference(name), value, name, AwsAccount.Number);
        await store.SetFaultAsync(Fault.Throttle(7));
        await readings.AssertFailsAsync(SecretOutcome.Throttled, store.Reference(name), value);
        await store.SetFaultAsync(Fault.Oversized);
        store.Allow(name);
        await readings.AssertFailsAsync(SecretOutcome.Broken, store.Reference(name), value);
        Assert.Equal(5, store.Reads);
    }

    [Fact]
    public async Task Asks_in_the_region_of_a_parameters_ARN()
    {
        using var elsewhere = new StoreReadings(store.Context(("AWS_REGION", "us-east-1")));
        await elsewhere.AssertFailsAsync(SecretOutcome.Absent, "aws-parameter-store:" + AwsParameterStoreFake.ArnOf(name));
        Assert.Null(store.Seen[^1].Refusal);
    }
}
