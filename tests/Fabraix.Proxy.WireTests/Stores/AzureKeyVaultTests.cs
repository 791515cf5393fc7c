using Fabraix.Proxy.Secrets;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>Keys from Azure Key Vault, with the workload identity of the environment.</summary>
public sealed class AzureKeyVaultTests : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private AzureKeyVaultFake vault = null!;
    private StoreReadings readings = null!;
    private string name = "";

    public async ValueTask InitializeAsync()
    {
        var (fake, context) = await AzureKeyVaultSubject.StartAsync(clock);
        vault = (AzureKeyVaultFake)fake;
        readings = new StoreReadings(context);
        name = vault.NewName();
    }

    public async ValueTask DisposeAsync()
    {
        readings.Dispose();
        await vault.DisposeAsync();
    }

    [Fact]
    public async Task Signs_in_once_for_many_readings_and_shows_each_new_version()
    {
        var (first, second) = (Made.ApiKey(), Made.ApiKey());
        var old = vault.Put(name, first);
        await readings.AssertFoundAsync(vault.Reference(name), first, old);
        var current = vault.Put(name, second);
        await readings.AssertFoundAsync(vault.Reference(name), second, current);
        await readings.AssertFoundAsync(vault.Reference(name, old), first, old);

        Assert.Equal((1, 3), (vault.Entra.Reads, vault.Reads));
        Assert.Equal(vault.Entra.ClientId, vault.Seen[^1].Identity);
        Assert.Equal(["no token", null, null, null], vault.Seen.Select(request => request.Refusal));
    }

    [Fact]
    public async Task Tells_the_vault_nothing_about_the_process()
    {
        vault.Put(name, Made.ApiKey());
        await readings.ReadAsync(vault.Reference(name));
        Assert.All(vault.Seen, request => Assert.Empty(request.Headers.Keys.Intersect(["User-Agent", "traceparent", "Request-Id", "Cookie"], StringComparer.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task Signs_in_again_when_its_token_was_revoked()
    {
        var value = Made.ApiKey();
        var version = vault.Put(name, value);
        await readings.AssertFoundAsync(vault.Reference(name), value, version);
        vault.Entra.RevokeTokens();
        await readings.AssertFoundAsync(vault.Reference(name), value, version);
        Assert.Equal(2, vault.Entra.Reads);
    }

    [Fact]
    public async Task Signs_in_again_when_its_token_has_expired()
    {
        var value = Made.ApiKey();
        var version = vault.Put(name, value);
        await readings.AssertFoundAsync(vault.Reference(name), value, version);
        clock.Advance(vault.Entra.TokenLifetime);
        await readings.AssertFoundAsync(vault.Reference(name), value, version);
        Assert.Equal(2, vault.Entra.Reads);
    }

    [Fact]
    public async Task Says_that_Entra_does_not_know_the_proxy_and_not_what_Entra_says()
    {
        await using var elsewhere = await AzureKeyVaultFake.StartAsync(await EntraFake.StartAsync(clock), clock);
        await using var entra = elsewhere.Entra;
        using var strange = new StoreReadings(new StoreContext { Time = clock, Connections = elsewhere.Routes.Lead });
        elsewhere.Put(name, Made.ApiKey());

        await strange.AssertFailsAsync(SecretOutcome.Forbidden, elsewhere.Reference(name), "AADSTS", elsewhere.VaultName, name, SharedIdentities.AzureWorkload.ClientId);
        Assert.Equal((0, 1), (elsewhere.Reads, elsewhere.Seen.Count));
    }

    [Fact]
    public async Task Says_that_Entra_cannot_be_reached_and_reads_once_it_is_back()
    {
        var value = Made.ApiKey();
        var version = vault.Put(name, value);
        await vault.Entra.SetFaultAsync(Fault.RefuseConnections);
        Assert.Contains("Entra ID", (await readings.AssertFailsAsync(SecretOutcome.Unavailable, vault.Reference(name))).Problem, StringComparison.Ordinal);
        await vault.Entra.SetFaultAsync(Fault.None);
        await readings.AssertFoundAsync(vault.Reference(name), value, version);
    }

    [Fact]
    public async Task Waits_as_long_as_the_vault_says_and_asks_no_second_time()
    {
        vault.Put(name, Made.ApiKey());
        await vault.SetFaultAsync(Fault.Throttle(7));
        Assert.Equal(TimeSpan.FromSeconds(7), (await readings.AssertFailsAsync(SecretOutcome.Throttled, vault.Reference(name))).RetryAfter);
        Assert.Equal(1, vault.Reads);
    }

    [Fact]
    public async Task Uses_no_version_before_or_after_its_time()
    {
        var value = Made.ApiKey();
        var version = vault.Put(name, value);
        vault.SetNotBefore(name, clock.GetUtcNow().AddMinutes(5));
        Assert.Equal(version, (await readings.AssertFailsAsync(SecretOutcome.Expired, vault.Reference(name), value)).Version);
        clock.Advance(TimeSpan.FromMinutes(5));
        await readings.AssertFoundAsync(vault.Reference(name), value, version);
        vault.Expire(name);
        Assert.Equal(version, (await readings.AssertFailsAsync(SecretOutcome.Expired, vault.Reference(name), value)).Version);
    }

    [Fact]
    public async Task Tells_a_disabled_version_from_one_that_it_may_not_read()
    {
        var value = Made.ApiKey();
        var version = vault.Put(name, value);
        vault.Disable(name);
        await readings.AssertFailsAsync(SecretOutcome.Disabled, vault.Reference(name), value);
        vault.Enable(name);
        vault.Deny(name);
        await readings.AssertFailsAsync(SecretOutcome.Forbidden, vault.Reference(name), value);
        vault.Allow(name);
        await readings.AssertFoundAsync(vault.Reference(name), value, version);
        Assert.Equal(1, vault.Entra.Reads);
    }

    [Fact]
    public async Task Says_that_there_is_no_such_secret_or_version()
    {
        vault.Put(name, Made.ApiKey());
        await readings.AssertFailsAsync(SecretOutcome.Absent, vault.Reference(vault.NewName()), vault.VaultName);
        await readings.AssertFailsAsync(SecretOutcome.Absent, vault.Reference(name, new string('0', 32)), vault.VaultName);
        vault.Delete(name);
        await readings.AssertFailsAsync(SecretOutcome.Absent, vault.Reference(name), vault.VaultName);
    }

    [Fact]
    public async Task Reads_one_field()
    {
        var value = Made.ApiKey();
        var version = vault.Put(name, new Dictionary<string, string> { ["api_key"] = value, ["other"] = "x" });
        await readings.AssertFoundAsync(vault.Reference(name, field: "api_key"), value, version);
        await readings.AssertFailsAsync(SecretOutcome.NoField, vault.Reference(name, field: "none"), value);
    }

    [Theory]
    [InlineData(nameof(Fault.Oversized))]
    [InlineData(nameof(Fault.HalfAnswer))]
    [InlineData(nameof(Fault.NotJson))]
    public async Task Takes_no_answer_that_is_too_large_cut_off_or_none(string fault)
    {
        var value = Made.ApiKey();
        vault.Put(name, value);
        await vault.SetFaultAsync(fault switch { nameof(Fault.Oversized) => Fault.Oversized, nameof(Fault.HalfAnswer) => Fault.HalfAnswer, _ => Fault.NotJson });
        await readings.AssertFailsAsync(SecretOutcome.Broken, vault.Reference(name), value, vault.VaultName);
    }

    [Fact]
    public async Task Trusts_no_certificate_but_one_for_the_vaults_name()
    {
        using var bare = new StoreReadings(new StoreContext { Time = clock, Connections = handler => handler.ConnectCallback = vault.Routes.ConnectAsync });
        Assert.Contains("certificate", (await bare.AssertFailsAsync(SecretOutcome.Unavailable, vault.Reference(name))).Problem, StringComparison.Ordinal);
    }
}
