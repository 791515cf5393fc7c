using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Secrets.Vault;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;
using static Fabraix.Proxy.WireTests.Stores.Readings;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>Each way in which the proxy shows Vault who it is, and how it keeps what it got for that.</summary>
public sealed class VaultIdentityTests : IAsyncLifetime
{
    private static readonly TimeSpan TwoThirds = TimeSpan.FromMinutes(40);

    private readonly Folder folder = new();
    private readonly TestClock clock = new();
    private VaultFake vault = null!;
    private string name = "";
    private string value = "";

    public async ValueTask InitializeAsync()
    {
        vault = await VaultFake.StartAsync(time: clock);
        (name, value) = (vault.NewName(), Made.ApiKey());
        vault.Put(name, value);
    }

    public async ValueTask DisposeAsync()
    {
        await vault.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("VAULT_TOKEN", "operator's token")]
    [InlineData("VAULT_TOKEN_FILE", "operator's token")]
    [InlineData("HOME", "operator's token")]
    [InlineData("VAULT_ROLE_ID", "approle")]
    [InlineData("VAULT_ROLE_ID by file", "approle")]
    [InlineData("VAULT_K8S_ROLE", "kubernetes")]
    [InlineData("VAULT_ROLE", "kubernetes")]
    public async Task Signs_in_by_what_is_set(string way, string identity)
    {
        using var store = Store(way switch
        {
            "VAULT_TOKEN" => [(way, vault.Auth.MakeToken())],
            "VAULT_TOKEN_FILE" => [(way, folder.Write("token", vault.Auth.MakeToken() + "\n"))],
            "HOME" => [(way, Path.GetDirectoryName(folder.Write(".vault-token", vault.Auth.MakeToken()))!)],
            "VAULT_ROLE_ID" => [(way, vault.Auth.RoleId), ("VAULT_SECRET_ID", vault.Auth.SecretId)],
            "VAULT_ROLE_ID by file" => [("VAULT_ROLE_ID", vault.Auth.RoleId), ("VAULT_SECRET_ID_FILE", folder.Write("id", vault.Auth.SecretId + "\n"))],
            _ => [(way, vault.Auth.Role)],
        });

        AssertHolds(value, "1", await ReadAsync(store));
        AssertHolds(value, "1", await ReadAsync(store));
        Assert.Equal((identity, identity == "operator's token" ? 0 : 1), (vault.Seen[^1].Identity, vault.Auth.Logins));
    }

    [Fact]
    public async Task Logs_in_where_the_method_is_mounted()
    {
        vault.Auth.AppRoleMount = "teams/a b";
        using var store = Store([.. AppRole, ("VAULT_AUTH_MOUNT", "teams/a b")]);

        AssertHolds(value, "1", await ReadAsync(store));
    }

    [Theory]
    [InlineData("VAULT_TOKEN VAULT_ROLE_ID", "VAULT_TOKEN and VAULT_ROLE_ID are set")]
    [InlineData("VAULT_TOKEN VAULT_TOKEN_FILE", "VAULT_TOKEN and VAULT_TOKEN_FILE are set")]
    [InlineData("VAULT_ROLE VAULT_K8S_ROLE", "VAULT_K8S_ROLE and VAULT_ROLE are set")]
    [InlineData("VAULT_ROLE_ID", "exactly one of VAULT_SECRET_ID and VAULT_SECRET_ID_FILE")]
    [InlineData("VAULT_ROLE_ID VAULT_SECRET_ID VAULT_SECRET_ID_FILE", "exactly one of VAULT_SECRET_ID and VAULT_SECRET_ID_FILE")]
    [InlineData("", "no way to sign in to Vault is set: set VAULT_TOKEN_FILE")]
    [InlineData("VAULT_TOKEN_FILE", "the file of VAULT_TOKEN_FILE cannot be read")]
    public async Task Says_what_is_set_too_much_or_too_little(string variables, string why)
    {
        using var store = Store([.. variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(variable => (variable, "nonsense"))]);

        AssertFails(SecretOutcome.Forbidden, why, await ReadAsync(store));
        Assert.Empty(vault.Seen);
    }

    [Fact]
    public async Task Says_that_a_login_was_refused()
    {
        using var store = Store(("VAULT_ROLE_ID", vault.Auth.RoleId), ("VAULT_SECRET_ID", Guid.NewGuid().ToString()));
        AssertFails(SecretOutcome.Forbidden, "signing in failed: Vault's login answered 400", await ReadAsync(store));
    }

    [Fact]
    public async Task Logs_in_with_the_pods_token_that_is_there_then()
    {
        using var store = Store(("VAULT_K8S_ROLE", vault.Auth.Role));
        await ReadAsync(store);
        vault.Auth.RevokeTokens();
        vault.Auth.PodToken.Revoke();
        AssertFails(SecretOutcome.Forbidden, "signing in failed", await ReadAsync(store));
        vault.Auth.PodToken.Rotate();

        AssertHolds(value, "1", await ReadAsync(store));
    }

    [Fact]
    public async Task Takes_the_token_that_replaces_one_in_the_file()
    {
        var file = folder.Write("token", vault.Auth.MakeToken());
        using var store = Store(("VAULT_TOKEN_FILE", file));
        await ReadAsync(store);
        vault.Auth.RevokeTokens();
        AssertFails(SecretOutcome.Forbidden, "may not read", await ReadAsync(store));
        folder.Write("token", vault.Auth.MakeToken());

        AssertHolds(value, "1", await ReadAsync(store));
    }

    [Fact]
    public async Task Logs_in_again_when_its_token_was_revoked()
    {
        using var store = Store(AppRole);
        await ReadAsync(store);
        vault.Auth.RevokeTokens();

        AssertHolds(value, "1", await ReadAsync(store));
        Assert.Equal((2, 3), (vault.Auth.Logins, vault.Seen.Count(request => request.Method == "GET")));
    }

    [Fact]
    public async Task Renews_at_two_thirds_though_nobody_reads()
    {
        using var store = Store(AppRole);
        await ReadAsync(store);
        clock.Advance(TwoThirds - TimeSpan.FromSeconds(1));
        Assert.Equal(0, vault.Auth.Renewals);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Bounds.UntilAsync(() => vault.Auth.Renewals == 1, "the renewal");
        await ReadAsync(store); // Waits for its answer, whose time would be over else.
        clock.Advance(TimeSpan.FromMinutes(30));

        AssertHolds(value, "1", await ReadAsync(store));
        Assert.Equal(1, vault.Auth.Logins);
    }

    [Fact]
    public async Task Renews_an_operators_token()
    {
        using var store = Store(("VAULT_TOKEN", vault.Auth.MakeToken(TimeSpan.FromHours(1))));
        await ReadAsync(store);
        clock.Advance(TwoThirds);
        await Bounds.UntilAsync(() => vault.Auth.Renewals == 1, "the renewal");
        await ReadAsync(store); // Waits for its answer, whose time would be over else.
        clock.Advance(TimeSpan.FromMinutes(30));

        AssertHolds(value, "1", await ReadAsync(store));
    }

    [Fact]
    public async Task Tries_again_to_renew_though_nobody_reads()
    {
        var file = folder.Write("token", vault.Auth.MakeToken(TimeSpan.FromHours(1)));
        using var store = Store(("VAULT_TOKEN_FILE", file));
        await ReadAsync(store);
        File.Move(file, file + ".away");
        clock.Advance(TwoThirds);
        File.Move(file + ".away", file);
        clock.Advance(TimeSpan.FromSeconds(10));
        await Bounds.UntilAsync(() => vault.Auth.Renewals == 1, "the renewal");

        AssertHolds(value, "1", await ReadAsync(store));
    }

    [Fact]
    public async Task Logs_in_again_where_a_token_cannot_be_renewed()
    {
        vault.Auth.Renewable = false;
        using var store = Store(AppRole);
        await ReadAsync(store);
        clock.Advance(TwoThirds);
        await Bounds.UntilAsync(() => vault.Auth.Logins == 2, "the login");

        AssertHolds(value, "1", await ReadAsync(store));
        Assert.Equal(2, vault.Auth.Logins);
    }

    [Fact]
    public async Task Logs_in_again_where_renewing_brings_no_more_time()
    {
        using var store = Store(AppRole);
        await ReadAsync(store);
        vault.Auth.Lease = TimeSpan.FromMinutes(20);
        clock.Advance(TwoThirds);
        await Bounds.UntilAsync(() => vault.Auth.Logins == 2, "the login");

        Assert.Equal(1, vault.Auth.Renewals);
    }

    [Fact]
    public async Task Goes_on_with_its_token_while_there_is_no_other_and_tries_again()
    {
        using var store = Store(AppRole);
        await ReadAsync(store);
        vault.FailsLogins = true;
        clock.Advance(TwoThirds);
        await Bounds.UntilAsync(() => Logins() == 2, "a login in vain");
        AssertHolds(value, "1", await ReadAsync(store));
        vault.FailsLogins = false;

        AssertHolds(value, "1", await ReadAsync(store));
        Assert.Equal(1, vault.Auth.Renewals);
    }

    [Fact]
    public async Task Says_that_it_cannot_log_in_when_its_token_has_ended()
    {
        using var store = Store(AppRole);
        await ReadAsync(store);
        vault.FailsLogins = true;
        clock.Advance(TimeSpan.FromHours(1));

        AssertFails(SecretOutcome.Unavailable, "signing in failed: Vault's login answered 500", await ReadAsync(store));
    }

    [Fact]
    public async Task Uses_an_operators_token_whose_time_nobody_tells()
    {
        vault.FailsLogins = true;
        using var store = Store(("VAULT_TOKEN", vault.Auth.MakeToken()));

        AssertHolds(value, "1", await ReadAsync(store));
    }

    private (string Name, string Value)[] AppRole => [("VAULT_ROLE_ID", vault.Auth.RoleId), ("VAULT_SECRET_ID", vault.Auth.SecretId)];

    private int Logins() => vault.Seen.Count(request => request.Target.EndsWith("/login", StringComparison.Ordinal));

    private VaultStore Store(params (string Name, string Value)[] environment) =>
        new(VaultSubject.Context(vault, environment.ToDictionary(pair => pair.Name, pair => pair.Value)));

    private Task<KeyReading> ReadAsync(VaultStore store) => store.ReadAsync(vault.Reference(name));
}
