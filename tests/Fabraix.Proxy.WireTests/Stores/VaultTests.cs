using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Secrets.Vault;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;
using static Fabraix.Proxy.WireTests.Stores.Readings;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>What the proxy reads from Vault, and what it makes of each answer. Identities and leases: <see cref="VaultIdentityTests"/>.</summary>
public sealed class VaultTests : IAsyncLifetime
{
    private VaultFake vault = null!;
    private VaultStore store = null!;
    private string name = "";
    private string value = "";

    public async ValueTask InitializeAsync()
    {
        vault = await VaultFake.StartAsync();
        store = Store();
        (name, value) = (vault.NewName(), Made.ApiKey());
        vault.Put(name, value);
    }

    public async ValueTask DisposeAsync()
    {
        store.Dispose();
        await vault.DisposeAsync();
    }

    [Fact]
    public async Task Reads_a_field_of_the_latest_version_and_of_any_other()
    {
        var second = Made.ApiKey();
        vault.Put(name, new Dictionary<string, string> { ["other"] = "x", [StoreFake.DefaultField] = second });

        AssertHolds(second, "2", await ReadAsync());
        AssertHolds(value, "1", await store.ReadAsync(vault.Reference(name, "1")));
        AssertFails(SecretOutcome.NoField, "no such field", await store.ReadAsync(vault.Reference(name, field: "nothing")));
    }

    [Fact]
    public async Task Reads_a_field_of_the_older_store()
    {
        await using var older = await VaultFake.StartAsync(kvVersion: 1, mount: "kv");
        using var store = new VaultStore(VaultSubject.Context(older, VaultSubject.AppRole(older)));
        older.Put("data/key", new Dictionary<string, string> { ["api_key"] = value, ["data"] = "x", ["metadata"] = "y" });
        older.Put("key", value);

        AssertHolds(value, null, await store.ReadAsync("vault:kv/key#api_key"));
        AssertHolds(value, null, await store.ReadAsync("vault:kv/data/key#api_key"));
        AssertFails(SecretOutcome.Absent, "wants data/ behind its mount", await store.ReadAsync("vault:kv/nothing#api_key"));
    }

    [Fact]
    public async Task Tells_what_was_never_there_from_what_is_there_no_longer()
    {
        AssertFails(SecretOutcome.Absent, "no such secret", await store.ReadAsync(vault.Reference(vault.NewName())));
        AssertFails(SecretOutcome.Absent, "no such secret", await store.ReadAsync(vault.Reference(name, "7")));
        vault.Put(name, value);
        vault.Put(name, value);
        vault.DeleteVersion(name, "1");
        vault.Expire(name, "2");
        vault.Destroy(name, "3");

        AssertFails(SecretOutcome.Expired, "deleted, or its time is over", await store.ReadAsync(vault.Reference(name, "1")));
        AssertFails(SecretOutcome.Expired, "deleted, or its time is over", await store.ReadAsync(vault.Reference(name, "2")));
        AssertFails(SecretOutcome.Disabled, "destroyed", await ReadAsync());
    }

    [Fact]
    public async Task Says_that_it_may_not_read_after_one_more_login_and_reads_when_it_may()
    {
        await ReadAsync();
        vault.Deny(name);
        AssertFails(SecretOutcome.Forbidden, "may not read", await ReadAsync());
        Assert.Equal((2, 3), (vault.Auth.Logins, vault.Reads));
        vault.Allow(name);

        AssertHolds(value, "1", await ReadAsync());
        Assert.Equal(2, vault.Auth.Logins);
    }

    [Fact]
    public async Task Waits_for_a_sealed_and_a_throttling_vault()
    {
        await vault.SetFaultAsync(Fault.Throttle(7));
        var reading = await ReadAsync();
        AssertFails(SecretOutcome.Throttled, "less often", reading);
        Assert.Equal(TimeSpan.FromSeconds(7), reading.RetryAfter);
        vault.Sealed = true;
        AssertFails(SecretOutcome.Unavailable, "answered 503", await ReadAsync());
        vault.Sealed = false;
        await vault.SetFaultAsync(Fault.None);

        AssertHolds(value, "1", await ReadAsync());
    }

    [Fact]
    public async Task Names_its_namespace_in_every_request()
    {
        vault.Namespace = "team/a";
        AssertFails(SecretOutcome.Forbidden, "signing in failed: Vault's login answered 403", await ReadAsync());
        using var named = Store(("VAULT_NAMESPACE", "team/a"));

        AssertHolds(value, "1", await named.ReadAsync(vault.Reference(name)));
    }

    [Fact]
    public async Task Trusts_the_authority_that_it_is_given_and_no_other()
    {
        await using var safe = await VaultFake.StartAsync(certificate: SelfSigned.Make("127.0.0.1"));
        safe.Put(name, value);
        using var folder = new Folder();
        await File.WriteAllTextAsync(folder.At("ca.pem"), safe.CaPem, TestContext.Current.CancellationToken);
        using var other = SelfSigned.Make("127.0.0.1");
        await File.WriteAllTextAsync(folder.At("other.pem"), other.ExportCertificatePem(), TestContext.Current.CancellationToken);

        AssertHolds(value, "1", await ReadAsync("ca.pem"));
        AssertFails(SecretOutcome.Unavailable, "certificate is not trusted", await ReadAsync("other.pem"));
        AssertFails(SecretOutcome.Unavailable, "the file of VAULT_CACERT cannot be read", await ReadAsync("nothing.pem"));
        AssertFails(SecretOutcome.Unavailable, "certificate is not trusted", await ReadAsync(null));
        Assert.Single(safe.Seen, request => request.Method == "GET");

        async Task<KeyReading> ReadAsync(string? authority)
        {
            var environment = VaultSubject.AppRole(safe);
            if (authority is not null) environment["VAULT_CACERT"] = folder.At(authority);
            using var store = new VaultStore(VaultSubject.Context(safe, environment));
            return await store.ReadAsync(safe.Reference(name));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("vault.example")]
    [InlineData("ftp://vault.example")]
    [InlineData("https://name:word@vault.example")]
    public async Task Says_that_the_address_is_missing_or_none(string address)
    {
        using var store = new VaultStore(new StoreContext { Variable = name => name == "VAULT_ADDR" && address.Length > 0 ? address : null });
        AssertFails(SecretOutcome.Unavailable, "VAULT_ADDR", await store.ReadAsync(vault.Reference(name)));
    }

    private Task<KeyReading> ReadAsync() => store.ReadAsync(vault.Reference(name));

    private VaultStore Store(params (string Name, string Value)[] more)
    {
        var environment = VaultSubject.AppRole(vault);
        foreach (var (variable, text) in more) environment[variable] = text;
        return new VaultStore(VaultSubject.Context(vault, environment));
    }
}
