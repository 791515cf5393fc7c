using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Secrets.GoogleSecretManager;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;
using static Fabraix.Proxy.WireTests.Stores.Readings;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>What the proxy reads from Google Secret Manager, and what it makes of each answer. Identities: <see cref="GoogleIdentityTests"/>.</summary>
public sealed class GcpSecretManagerTests : IAsyncLifetime
{
    private readonly GoogleProject project = new(new TestClock());
    private GoogleSecretManagerFake cloud = null!;
    private GoogleMetadataFake metadata = null!;
    private GoogleSecretManagerStore store = null!;
    private string name = "";
    private string value = "";

    public async ValueTask InitializeAsync()
    {
        cloud = await GoogleSecretManagerFake.StartAsync(project);
        metadata = await GoogleMetadataFake.StartAsync(project);
        store = new GoogleSecretManagerStore(GoogleSecretManagerSubject.Context(cloud, metadata.Environment));
        (name, value) = (cloud.NewName(), Made.ApiKey());
        cloud.Put(name, value);
    }

    public async ValueTask DisposeAsync()
    {
        store.Dispose();
        await cloud.DisposeAsync();
        await metadata.DisposeAsync();
        project.Dispose();
    }

    [Fact]
    public async Task Reads_the_latest_version_by_its_number_and_any_other()
    {
        var second = Made.ApiKey();
        cloud.Put(name, second);

        AssertHolds(second, "2", await ReadAsync());
        AssertHolds(value, "1", await store.ReadAsync(cloud.Reference(name, "1")));
    }

    [Fact]
    public async Task Reads_a_field()
    {
        cloud.Put(name, new Dictionary<string, string> { ["other"] = "x", ["key"] = value });

        AssertHolds(value, "2", await store.ReadAsync(cloud.Reference(name, field: "key")));
        AssertFails(SecretOutcome.NoField, "no such field", await store.ReadAsync(cloud.Reference(name, field: "nothing")));
    }

    [Fact]
    public async Task Refuses_a_value_that_does_not_have_its_checksum()
    {
        cloud.WrongChecksum = true;
        AssertFails(SecretOutcome.Broken, "damaged", await ReadAsync());
    }

    [Fact]
    public async Task Tells_what_is_not_there_from_what_is_switched_off()
    {
        AssertFails(SecretOutcome.Absent, "no such secret", await store.ReadAsync(cloud.Reference(cloud.NewName())));
        AssertFails(SecretOutcome.Absent, "no such secret", await store.ReadAsync(cloud.Reference(name, "7")));
        cloud.Disable(name);
        AssertFails(SecretOutcome.Disabled, "disabled or destroyed", await ReadAsync());
        cloud.Enable(name);
        AssertHolds(value, "1", await ReadAsync());
        cloud.Destroy(name);
        AssertFails(SecretOutcome.Disabled, "disabled or destroyed", await ReadAsync());
    }

    [Fact]
    public async Task Says_that_it_may_not_read_and_reads_when_it_may()
    {
        cloud.Deny(name);
        AssertFails(SecretOutcome.Forbidden, "may not read", await ReadAsync());
        cloud.Allow(name);

        AssertHolds(value, "1", await ReadAsync());
        Assert.Equal(1, metadata.Reads);
    }

    [Fact]
    public async Task Leaves_a_throttling_store_alone_as_long_as_it_asks()
    {
        await cloud.SetFaultAsync(Fault.Throttle(7));
        var reading = await ReadAsync();

        AssertFails(SecretOutcome.Throttled, "less often", reading);
        Assert.Equal(TimeSpan.FromSeconds(7), reading.RetryAfter);
    }

    [Fact]
    public async Task Asks_for_a_token_once_for_all_readings_at_the_same_time()
    {
        await metadata.SetFaultAsync(Fault.Hang);
        var readings = Enumerable.Range(0, 8).Select(_ => ReadAsync()).ToList();
        await Bounds.UntilAsync(() => metadata.Hanging == 1, "the token's request");
        await metadata.SetFaultAsync(Fault.None);
        foreach (var reading in readings) AssertHolds(value, "1", await reading);

        Assert.Equal((1, 8), (metadata.Reads, cloud.Reads));
    }

    [Fact]
    public async Task Keeps_a_token_until_shortly_before_its_end()
    {
        await ReadAsync();
        Pass(TimeSpan.FromMinutes(56));
        await ReadAsync();
        Assert.Equal(1, metadata.Reads);
        Pass(TimeSpan.FromMinutes(1));
        AssertHolds(value, "1", await ReadAsync());

        Assert.Equal(2, metadata.Reads);
    }

    [Fact]
    public async Task Goes_on_with_a_token_that_is_about_to_end_while_there_is_no_other()
    {
        await ReadAsync();
        await metadata.SetFaultAsync(Fault.ServerError);
        Pass(TimeSpan.FromMinutes(58));
        AssertHolds(value, "1", await ReadAsync());
        Pass(TimeSpan.FromMinutes(2));
        AssertFails(SecretOutcome.Unavailable, "signing in failed: the metadata server", await ReadAsync());
    }

    [Fact]
    public async Task Gets_a_new_token_for_one_that_is_refused()
    {
        await ReadAsync();
        project.Tokens.RevokeAll();

        AssertHolds(value, "1", await ReadAsync());
        Assert.Equal(2, metadata.Reads);
    }

    [Fact]
    public async Task Gets_one_new_token_and_no_more()
    {
        using var stranger = new GoogleProject(project.Time);
        await using var strangers = await GoogleMetadataFake.StartAsync(stranger);
        using var strange = new GoogleSecretManagerStore(GoogleSecretManagerSubject.Context(cloud, strangers.Environment));

        AssertFails(SecretOutcome.Forbidden, "does not accept", await strange.ReadAsync(cloud.Reference(name)));
        Assert.Equal((2, 2), (strangers.Reads, cloud.Seen.Count));
    }

    [Theory]
    [InlineData("projects/p/secrets/s/versions/1", "secretmanager.googleapis.com")]
    [InlineData("projects/p/locations/europe-west3/secrets/s/versions/1", "secretmanager.europe-west3.rep.googleapis.com")]
    public async Task Asks_the_region_of_a_regional_secret(string reference, string host)
    {
        var asked = new List<string>();
        var context = new StoreContext
        {
            Variable = variable => metadata.Environment.GetValueOrDefault(variable),
            Connections = handler => handler.ConnectCallback = async (connection, end) =>
            {
                asked.Add(connection.DnsEndPoint.Host);
                return connection.DnsEndPoint.Host == "127.0.0.1"
                    ? await new LoopbackRoutes().Add("127.0.0.1", metadata).ConnectAsync(connection, end)
                    : throw new IOException("Not in a test");
            },
        };
        using var real = new GoogleSecretManagerStore(context);

        AssertFails(SecretOutcome.Unavailable, "could not be reached", await real.ReadAsync("gcp-secret-manager:" + reference));
        Assert.Equal(["127.0.0.1", host], asked);
    }

    [Theory]
    [InlineData("http://secretmanager.example")]
    [InlineData("secretmanager.example")]
    public async Task Sends_no_token_to_an_endpoint_without_tls(string endpoint)
    {
        using var store = new GoogleSecretManagerStore(new StoreContext { Variable = name => name.EndsWith("SECRETMANAGER", StringComparison.Ordinal) ? endpoint : null });

        AssertFails(SecretOutcome.Unavailable, "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER", await store.ReadAsync(cloud.Reference(name)));
    }

    private void Pass(TimeSpan time) => ((TestClock)project.Time).Advance(time);

    private Task<KeyReading> ReadAsync() => store.ReadAsync(cloud.Reference(name));
}
