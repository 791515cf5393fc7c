using Azure;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>The Key Vault of the tests is one to the genuine SDK: identity, versions and errors.</summary>
public sealed class AzureKeyVaultFakeTests : IAsyncLifetime
{
    private AzureKeyVaultFake vault = null!;
    private HttpClient http = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        vault = await AzureKeyVaultFake.StartAsync();
        http = new HttpClient(vault.Routes.CreateHandler());
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await vault.DisposeAsync();
    }

    [Fact]
    public async Task Lets_the_sdk_read_a_secret_by_workload_identity()
    {
        var (name, value) = (vault.NewName(), Made.ApiKey());
        var version = vault.Put(name, value);
        var secret = (await Client().GetSecretAsync(name, cancellationToken: Stop)).Value;

        Assert.Equal((value, version, true), (secret.Value, secret.Properties.Version, secret.Properties.Enabled));
        Assert.Equal(1, vault.Reads);
        Assert.Equal(["no token", null], vault.Seen.Select(request => request.Refusal));
        Assert.Equal(vault.Entra.ClientId, vault.Seen[1].Identity);
        Assert.Equal(1, vault.Entra.Reads);
    }

    [Fact]
    public async Task Shows_the_sdk_a_new_version_and_keeps_the_old_one()
    {
        var (name, first, second) = (vault.NewName(), Made.ApiKey(), Made.ApiKey());
        var client = Client();
        var old = vault.Put(name, first);
        Assert.Equal(first, (await client.GetSecretAsync(name, cancellationToken: Stop)).Value.Value);
        var current = vault.Put(name, second);

        Assert.Equal(second, (await client.GetSecretAsync(name, cancellationToken: Stop)).Value.Value);
        Assert.Equal(first, (await client.GetSecretAsync(name, old, cancellationToken: Stop)).Value.Value);
        Assert.Equal([old, current], vault.Versions(name));
    }

    [Fact]
    public async Task Answers_an_expired_version_and_says_when_it_ended()
    {
        var (name, value) = (vault.NewName(), Made.ApiKey());
        vault.Put(name, value);
        vault.Expire(name);
        var secret = (await Client().GetSecretAsync(name, cancellationToken: Stop)).Value;

        Assert.Equal(value, secret.Value);
        Assert.True(secret.Properties.ExpiresOn < TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Tells_the_sdk_that_there_is_no_such_secret()
    {
        var (absent, deleted) = (vault.NewName(), vault.NewName());
        var version = vault.Put(deleted, Made.ApiKey());
        vault.Delete(deleted);

        await AssertFailsAsync(404, "SecretNotFound", absent);
        await AssertFailsAsync(404, "SecretNotFound", deleted);
        await AssertFailsAsync(404, "SecretNotFound", deleted, version);
    }

    [Fact]
    public async Task Tells_the_sdk_that_it_may_not_read()
    {
        var name = vault.NewName();
        vault.Put(name, Made.ApiKey());
        vault.Deny(name);
        await AssertFailsAsync(403, "Forbidden", name);

        vault.Allow(name);
        Assert.NotEmpty((await Client().GetSecretAsync(name, cancellationToken: Stop)).Value.Value);
    }

    [Fact]
    public async Task Tells_the_sdk_that_a_version_is_disabled()
    {
        var name = vault.NewName();
        vault.Put(name, Made.ApiKey());
        vault.Disable(name);
        Assert.Contains("SecretDisabled", (await AssertFailsAsync(403, "Forbidden", name)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttles_the_sdk_and_says_when_to_come_back()
    {
        await vault.SetFaultAsync(Fault.Throttle(7));
        var failure = await AssertFailsAsync(429, "Throttled", vault.NewName());
        Assert.True(failure.GetRawResponse()!.Headers.TryGetValue("Retry-After", out var seconds));
        Assert.Equal("7", seconds);
    }

    [Fact]
    public async Task Gives_no_token_for_an_assertion_that_is_not_the_pods()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, vault.Entra.Assertion.Current + "x", Stop);
        var failure = await Assert.ThrowsAsync<AuthenticationFailedException>(async () => await Client(file).GetSecretAsync(vault.NewName(), cancellationToken: Stop));

        Assert.Contains("AADSTS700213", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, vault.Reads);
        File.Delete(file);
    }

    [Fact]
    public async Task Lets_the_sdks_default_credential_in_by_its_environment()
    {
        var (name, value) = (vault.NewName(), Made.ApiKey());
        vault.Put(name, value);
        var authorities = Path.GetTempFileName();
        await File.WriteAllTextAsync(authorities, vault.CaPem + "\n" + vault.Entra.CaPem, Stop);
        string[] routes = [$"{vault.Host}={vault.Port}", $"localhost={vault.Entra.Port}", $"{EntraFake.PublicHost}={vault.Entra.Port}"];
        var answer = await SdkProcess.DotnetAsync(
            ["azure-key-vault", vault.VaultUri.ToString(), name, .. routes],
            [.. vault.Entra.Environment, KeyValuePair.Create("SSL_CERT_FILE", authorities)]);

        Assert.Equal(value, answer["value"]);
        Assert.Equal(vault.Entra.ClientId, vault.Seen[^1].Identity);
        File.Delete(authorities);
    }

    [Fact]
    public async Task Challenges_again_when_a_token_was_revoked()
    {
        var name = vault.NewName();
        vault.Put(name, Made.ApiKey());
        var client = Client();
        await client.GetSecretAsync(name, cancellationToken: Stop);
        vault.Entra.RevokeTokens();

        Assert.Equal(401, (await Assert.ThrowsAsync<RequestFailedException>(async () => await client.GetSecretAsync(name, cancellationToken: Stop))).Status);
        Assert.Equal("bad token", vault.Seen[^1].Refusal);
    }

    private SecretClient Client(string? tokenFile = null)
    {
        var transport = new HttpClientTransport(http);
        var identity = new WorkloadIdentityCredentialOptions
        {
            TenantId = vault.Entra.Tenant,
            ClientId = vault.Entra.ClientId,
            TokenFilePath = tokenFile ?? vault.Entra.Assertion.File,
            Transport = transport,
        };
        identity.Retry.MaxRetries = 0;
        var options = new SecretClientOptions { Transport = transport };
        options.Retry.MaxRetries = 0;
        return new SecretClient(vault.VaultUri, new WorkloadIdentityCredential(identity), options);
    }

    private async Task<RequestFailedException> AssertFailsAsync(int status, string code, string name, string? version = null)
    {
        var failure = await Assert.ThrowsAsync<RequestFailedException>(async () => await Client().GetSecretAsync(name, version, cancellationToken: Stop));
        Assert.Equal((status, code), (failure.Status, failure.ErrorCode));
        return failure;
    }
}
