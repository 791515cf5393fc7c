using System.Text.Json.Nodes;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>The Vault of the tests is one to a genuine client: logins, leases, both versions of the key-value store and errors.</summary>
public sealed class VaultFakeTests : IAsyncLifetime
{
    private VaultFake vault = null!;

    public async ValueTask InitializeAsync() => vault = await VaultFake.StartAsync();

    public ValueTask DisposeAsync() => vault.DisposeAsync();

    [Fact]
    public async Task Lets_the_client_read_a_secret_and_see_a_new_version()
    {
        var (name, first, second) = (vault.NewName(), Made.ApiKey(), Made.ApiKey());
        vault.Put(name, first);
        AssertHolds(first, 1, await RunAsync(Read(name)));
        vault.Put(name, second);
        var answer = await RunAsync(Read(name), Read(name, "1"));

        AssertHolds(second, 2, answer.All[0]);
        AssertHolds(first, 1, answer.All[1]);
        Assert.Equal(3, vault.Reads);
        Assert.All(vault.Seen, request => Assert.Equal("true", request.Header("X-Vault-Request")));
    }

    [Fact]
    public async Task Lets_the_client_read_fields_of_the_older_store()
    {
        await using var older = await VaultFake.StartAsync(kvVersion: 1, mount: "kv");
        var (name, value) = (older.NewName(), Made.ApiKey());
        older.Put(name, new Dictionary<string, string> { ["api"] = value, ["other"] = "x" });
        var answer = await RunAsync(older, older.Auth.MakeToken(), ReadPath(older.PathOf(name)));

        Assert.Equal(value, answer.Json.GetProperty("fields").GetProperty("api").GetString());
        Assert.False(answer.Json.TryGetProperty("version", out _));
    }

    [Fact]
    public async Task Tells_the_client_what_is_not_there_and_what_was()
    {
        var (deleted, destroyed, ended, gone) = (vault.NewName(), vault.NewName(), vault.NewName(), vault.NewName());
        foreach (var name in new[] { deleted, destroyed, ended, gone }) vault.Put(name, Made.ApiKey());
        vault.DeleteVersion(deleted);
        vault.Destroy(destroyed);
        vault.Expire(ended);
        vault.Delete(gone);
        var answers = (await RunAsync(Read(vault.NewName()), Read(gone), Read(deleted, "7"), Read(deleted), Read(ended), Read(destroyed))).All;

        Assert.All(answers, answer => Assert.Equal(("ApiResponseError", "404"), (answer["error"], answer["status"])));
        Assert.All(answers.Take(3), answer => Assert.Equal("""{"errors":[]}""", answer["body"]));
        var stories = answers.Skip(3).Select(answer => answer.Json.GetProperty("body").GetProperty("data").GetProperty("metadata")).ToList();
        Assert.Equal([true, true, false], stories.Select(story => story.GetProperty("deletion_time").GetString()!.Length > 0));
        Assert.Equal([false, false, true], stories.Select(story => story.GetProperty("destroyed").GetBoolean()));
    }

    [Fact]
    public async Task Tells_the_client_that_it_may_not_read()
    {
        var (denied, present) = (vault.NewName(), vault.NewName());
        vault.Put(denied, Made.ApiKey());
        vault.Put(present, Made.ApiKey());
        vault.Deny(denied);

        AssertFails(403, "permission denied", await RunAsync(Read(denied)));
        AssertFails(403, "permission denied", await RunAsync(vault, "hvs.unknown", Read(present)));
        AssertFails(403, "permission denied", await RunAsync(vault, vault.Auth.MakeToken(TimeSpan.Zero), Read(present)));
        Assert.Equal(1, vault.Reads);
    }

    [Fact]
    public async Task Demands_its_namespace()
    {
        var (name, value) = (vault.NewName(), Made.ApiKey());
        vault.Put(name, value);
        vault.Namespace = "team/a";
        AssertFails(403, "permission denied", await RunAsync(Read(name)));
        var answer = await RunAsync(vault, vault.Auth.MakeToken(), [Read(name)], KeyValuePair.Create("VAULT_NAMESPACE", "team/a"));

        AssertHolds(value, 1, answer);
    }

    [Fact]
    public async Task Throttles_the_client_and_can_be_sealed()
    {
        await vault.SetFaultAsync(Fault.Throttle(7));
        AssertFails(429, "rate limit quota exceeded", await RunAsync(Read(vault.NewName())));
        vault.Sealed = true;
        AssertFails(503, "Vault is sealed", await RunAsync(Read(vault.NewName())));
    }

    [Fact]
    public async Task Lets_the_client_log_in_by_app_role_and_renew()
    {
        var (name, value) = (vault.NewName(), Made.ApiKey());
        vault.Put(name, value);
        vault.Auth.Lease = TimeSpan.FromMinutes(5);
        var login = new JsonObject { ["approle"] = new JsonObject { ["role_id"] = vault.Auth.RoleId, ["secret_id"] = vault.Auth.SecretId } };
        var answers = (await RunAsync(vault, null, login, Read(name), new JsonObject { ["renew"] = new JsonObject() }, Read(name))).All;

        Assert.Equal(["300", "300"], [answers[0]["lease"], answers[2]["lease"]]);
        AssertHolds(value, 1, answers[1]);
        AssertHolds(value, 1, answers[3]);
        Assert.Equal((1, 1, "approle"), (vault.Auth.Logins, vault.Auth.Renewals, vault.Seen[^1].Identity));
    }

    [Fact]
    public async Task Lets_the_client_log_in_with_a_pods_token()
    {
        var (name, value) = (vault.NewName(), Made.ApiKey());
        vault.Put(name, value);
        var answers = (await RunAsync(vault, null, Kubernetes(vault.Auth.PodToken.Current), Read(name))).All;

        Assert.Equal("3600", answers[0]["lease"]);
        AssertHolds(value, 1, answers[1]);
        Assert.Equal("kubernetes", vault.Seen[^1].Identity);
    }

    [Fact]
    public async Task Refuses_logins_that_are_not_lawful()
    {
        var login = new JsonObject { ["approle"] = new JsonObject { ["role_id"] = vault.Auth.RoleId, ["secret_id"] = Guid.NewGuid().ToString() } };
        var answers = (await RunAsync(vault, null, login, Kubernetes(vault.Auth.PodToken.Current + "x"), Kubernetes(vault.Auth.PodToken.Current, "other"))).All;

        AssertFails(400, "invalid role or secret ID", answers[0]);
        AssertFails(403, "permission denied", answers[1]);
        AssertFails(400, "invalid role name", answers[2]);
        Assert.Equal(0, vault.Auth.Logins);
    }

    private JsonObject Read(string name, string? version = null) => ReadPath(vault.PathOf(name) + (version is null ? "" : "?version=" + version));

    private static JsonObject ReadPath(string path) => new() { ["read"] = path };

    private JsonObject Kubernetes(string jwt, string? role = null) =>
        new() { ["kubernetes"] = new JsonObject { ["role"] = role ?? vault.Auth.Role, ["jwt"] = jwt } };

    private Task<SdkAnswer> RunAsync(params JsonObject[] steps) => RunAsync(vault, vault.Auth.MakeToken(), steps);

    private static Task<SdkAnswer> RunAsync(VaultFake vault, string? token, params JsonObject[] steps) => RunAsync(vault, token, steps, []);

    private static Task<SdkAnswer> RunAsync(VaultFake vault, string? token, JsonObject[] steps, params KeyValuePair<string, string>[] more)
    {
        var environment = more.Append(KeyValuePair.Create("VAULT_ADDR", vault.Endpoint));
        if (token is not null) environment = environment.Append(KeyValuePair.Create("VAULT_TOKEN", token));
        return SdkProcess.NodeAsync("vault.js", [.. steps.Select(step => step.ToJsonString())], environment);
    }

    private static void AssertHolds(string value, int version, SdkAnswer answer) => Assert.Equal(
        (value, version),
        (answer.Json.GetProperty("fields").GetProperty(StoreFake.DefaultField).GetString(), answer.Json.GetProperty("version").GetInt32()));

    private static void AssertFails(int status, string message, SdkAnswer answer)
    {
        Assert.Equal(("ApiResponseError", status.ToString()), (answer["error"], answer["status"]));
        Assert.Contains(message, answer["message"], StringComparison.Ordinal);
    }
}
