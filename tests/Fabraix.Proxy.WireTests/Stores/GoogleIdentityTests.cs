using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Secrets.GoogleSecretManager;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;
using static Fabraix.Proxy.WireTests.Stores.Readings;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>Each way in which the proxy shows Google who it is, and each mistake in what it finds.</summary>
public sealed class GoogleIdentityTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-google-identity-");
    private readonly GoogleProject project = new(new TestClock());
    private GoogleSecretManagerFake cloud = null!;
    private GoogleMetadataFake metadata = null!;
    private GoogleTokenFake tokens = null!;
    private string name = "";
    private string value = "";

    public async ValueTask InitializeAsync()
    {
        cloud = await GoogleSecretManagerFake.StartAsync(project);
        metadata = await GoogleMetadataFake.StartAsync(project);
        tokens = await GoogleTokenFake.StartAsync(project);
        (name, value) = (cloud.NewName(), Made.ApiKey());
        cloud.Put(name, value);
    }

    public async ValueTask DisposeAsync()
    {
        await cloud.DisposeAsync();
        await metadata.DisposeAsync();
        await tokens.DisposeAsync();
        project.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Signs_with_a_service_accounts_key()
    {
        using var store = Store(tokens.WriteServiceAccountFile());

        AssertHolds(value, "1", await ReadAsync(store));
        AssertHolds(value, "1", await ReadAsync(store));
        Assert.Equal((1, 0, project.ServiceAccount), (tokens.Reads, metadata.Reads, cloud.Seen[^1].Identity));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Exchanges_a_pods_token(bool impersonates, int requests)
    {
        using var store = Store(tokens.WriteExternalAccountFile(impersonates));

        AssertHolds(value, "1", await ReadAsync(store));
        Assert.Equal((requests, impersonates ? project.ServiceAccount : "principal:" + ProjectedToken.Subject), (tokens.Reads, cloud.Seen[^1].Identity));
    }

    [Fact]
    public async Task Exchanges_the_pods_token_that_is_there_then()
    {
        using var store = Store(tokens.WriteExternalAccountFile(impersonates: true));
        await ReadAsync(store);
        project.Tokens.RevokeAll();
        tokens.PodToken.Revoke();
        AssertFails(SecretOutcome.Forbidden, "signing in failed: Google's token endpoint answered 400", await ReadAsync(store));
        tokens.PodToken.Rotate();

        AssertHolds(value, "1", await ReadAsync(store));
    }

    [Fact]
    public async Task Uses_a_users_login()
    {
        using var store = Store(tokens.WriteUserFile());

        AssertHolds(value, "1", await ReadAsync(store));
        Assert.Equal(("user", project.Id), (cloud.Seen[^1].Identity, cloud.Seen[^1].Header("X-Goog-User-Project")));
    }

    [Theory]
    [InlineData("CLOUDSDK_CONFIG", "")]
    [InlineData("HOME", ".config/gcloud")]
    public async Task Finds_what_gcloud_left_behind(string variable, string below)
    {
        Directory.CreateDirectory(At(below));
        File.Copy(tokens.WriteUserFile(), At(below, "application_default_credentials.json"));
        using var store = Store(new Dictionary<string, string>(metadata.Environment) { [variable] = folder.FullName });

        AssertHolds(value, "1", await ReadAsync(store));
        Assert.Equal((1, 0), (tokens.Reads, metadata.Reads));
    }

    [Fact]
    public async Task Prefers_the_file_that_is_named()
    {
        File.Copy(tokens.WriteUserFile(), At("application_default_credentials.json"));
        using var store = Store(new Dictionary<string, string> { ["CLOUDSDK_CONFIG"] = folder.FullName, ["GOOGLE_APPLICATION_CREDENTIALS"] = tokens.WriteServiceAccountFile() });
        await ReadAsync(store);

        Assert.Equal(project.ServiceAccount, cloud.Seen[^1].Identity);
    }

    [Fact]
    public async Task Believes_no_metadata_server_that_does_not_say_it_is_one()
    {
        await metadata.SetFaultAsync(Fault.NotJson);
        using var store = Store(metadata.Environment);

        AssertFails(SecretOutcome.Forbidden, "is none", await ReadAsync(store));
        Assert.Empty(cloud.Seen);
    }

    [Fact]
    public async Task Says_what_to_set_where_there_is_no_identity()
    {
        await metadata.SetFaultAsync(Fault.RefuseConnections);
        using var store = Store(metadata.Environment);

        AssertFails(SecretOutcome.Unavailable, "GOOGLE_APPLICATION_CREDENTIALS", await ReadAsync(store));
    }

    [Theory]
    [InlineData("not json", "is not as Google documents it")]
    [InlineData("[]", "is not as Google documents it")]
    [InlineData("""{"type":"service_account","type":"authorized_user"}""", "is not as Google documents it")]
    [InlineData("""{"type":"service_account"}""", "is not as Google documents it")]
    [InlineData("""{"type":"impersonated_service_account"}""", "is of a type that is not supported")]
    [InlineData("""{"type":"external_account","credential_source":{"url":"http://169.254.169.254/"}}""", "other sources are not supported")]
    [InlineData("""{"type":"service_account","token_uri":"https://x/","client_email":"e","private_key_id":"1","private_key":"none"}""", "holds no private key")]
    [InlineData("""{"type":"authorized_user","token_uri":"http://tokens.example/","client_id":"a","client_secret":"b","refresh_token":"c"}""", "is not https")]
    [InlineData("""{"type":"authorized_user","token_uri":"https://name:word@tokens.example/","client_id":"a","client_secret":"b","refresh_token":"c"}""", "is not https")]
    public async Task Says_what_is_wrong_with_a_credential_file(string content, string why)
    {
        await File.WriteAllTextAsync(At("file.json"), content, TestContext.Current.CancellationToken);
        using var store = Store(At("file.json"));

        var reading = await ReadAsync(store);

        AssertFails(SecretOutcome.Forbidden, why, reading);
        Assert.Contains("GOOGLE_APPLICATION_CREDENTIALS", reading.Problem, StringComparison.Ordinal);
        Assert.Empty(cloud.Seen);
    }

    [Fact]
    public async Task Says_that_the_credential_file_is_not_there()
    {
        using var store = Store(At("nowhere.json"));
        AssertFails(SecretOutcome.Forbidden, "the file of GOOGLE_APPLICATION_CREDENTIALS cannot be read", await ReadAsync(store));
    }

    [Fact]
    public async Task Sends_a_federated_token_nowhere_without_tls()
    {
        var file = await File.ReadAllTextAsync(tokens.WriteExternalAccountFile(impersonates: true), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(At("file.json"), file.Replace($"{tokens.Address}v1/projects", "http://iam.example/v1/projects"), TestContext.Current.CancellationToken);
        using var store = Store(At("file.json"));

        AssertFails(SecretOutcome.Forbidden, "is not https", await ReadAsync(store));
    }

    private string At(params string[] path) => Path.Combine([folder.FullName, .. path]);

    private GoogleSecretManagerStore Store(string file) => Store(new Dictionary<string, string> { ["GOOGLE_APPLICATION_CREDENTIALS"] = file });

    private GoogleSecretManagerStore Store(IReadOnlyDictionary<string, string> environment) => new(GoogleSecretManagerSubject.Context(cloud, environment));

    private Task<KeyReading> ReadAsync(GoogleSecretManagerStore store) => store.ReadAsync(cloud.Reference(name));
}
