using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Secrets.AwsParameterStore;
using Fabraix.Proxy.Secrets.AwsSecretsManager;
using Fabraix.Proxy.Secrets.AzureKeyVault;

namespace Fabraix.Proxy.Tests.Secrets;

public sealed class CloudReferenceTests
{
    private const string Arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/key-a1B2c3";

    [Theory]
    [InlineData("azure-key-vault:https://v.vault.azure.net/secrets/api-key")]
    [InlineData("azure-key-vault:https://v.vault.usgovcloudapi.net/secrets/api-key/0123456789abcdef0123456789abcdef#field")]
    [InlineData("azure-key-vault:https://vault.example:8443/secrets/k")]
    [InlineData("aws-secrets-manager:prod/fabraix_api+key=.@-")]
    [InlineData("aws-secrets-manager:key?stage=AWSPENDING#field")]
    [InlineData("aws-secrets-manager:" + Arn)]
    [InlineData("aws-secrets-manager:arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:key-a1B2c3?stage=S")]
    [InlineData("aws-parameter-store:/prod/fabraix/api-key")]
    [InlineData("aws-parameter-store:/prod/fabraix/api-key:12#field")]
    [InlineData("aws-parameter-store:plain_name.1")]
    [InlineData("aws-parameter-store:arn:aws:ssm:eu-central-1:111122223333:parameter/prod/key:3")]
    public void Are_taken_as_their_services_spell_them(string text) => Assert.Null(Judge(text));

    [Theory]
    [InlineData("azure-key-vault:v")]
    [InlineData("azure-key-vault:v.vault.azure.net/secrets/s")]
    [InlineData("azure-key-vault:http://v.vault.azure.net/secrets/s")]
    [InlineData("azure-key-vault:HTTPS://v.vault.azure.net/secrets/s")]
    [InlineData("azure-key-vault:https://user:word@v.vault.azure.net/secrets/s")]
    [InlineData("azure-key-vault:https://v.vault.azure.net")]
    [InlineData("azure-key-vault:https://v.vault.azure.net/secrets/")]
    [InlineData("azure-key-vault:https://v.vault.azure.net/keys/s")]
    [InlineData("azure-key-vault:https://v.vault.azure.net/secrets/s/")]
    [InlineData("azure-key-vault:https://v.vault.azure.net/secrets/s/../../keys")]
    [InlineData("azure-key-vault:https://v.vault.azure.net/secrets/s%2Fx")]
    [InlineData("azure-key-vault:https://v.vault.azure.net/secrets/s_x")]
    [InlineData("azure-key-vault:https://v.vault.azure.net/secrets/s?api-version=1")]
    [InlineData("azure-key-vault:https://v.vault.azure.net/secrets/s\n")]
    [InlineData("azure-key-vault:https://v.vault.azure.net:99999/secrets/s")]
    public void Refuse_what_names_no_secret_of_a_Key_Vault(string text) => Assert.StartsWith("does not name a secret of a Key Vault", Judge(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("aws-secrets-manager:two words")]
    [InlineData("aws-secrets-manager:key?stage=")]
    [InlineData("aws-secrets-manager:key?version=1")]
    [InlineData("aws-secrets-manager:key?stage=A&stage=B")]
    [InlineData("aws-secrets-manager:?stage=A")]
    [InlineData("aws-secrets-manager:prod:key")]
    [InlineData("aws-secrets-manager:arn:aws:secretsmanager:eu-central-1:1:secret:key")]
    [InlineData("aws-secrets-manager:arn:aws:secretsmanager:evil.example/:111122223333:secret:key")]
    [InlineData("aws-secrets-manager:arn:aws:ssm:eu-central-1:111122223333:parameter/key")]
    [InlineData("aws-secrets-manager:key\n")]
    public void Refuse_what_names_no_secret_of_Secrets_Manager(string text) => Assert.StartsWith("does not name a secret of AWS Secrets Manager", Judge(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("aws-parameter-store:/")]
    [InlineData("aws-parameter-store:/prod//key")]
    [InlineData("aws-parameter-store:/prod/key/")]
    [InlineData("aws-parameter-store:/prod/key:")]
    [InlineData("aws-parameter-store:/prod/key:latest")]
    [InlineData("aws-parameter-store:/prod/key:0")]
    [InlineData("aws-parameter-store:/prod/key:1:2")]
    [InlineData("aws-parameter-store:/prod/key?x=1")]
    [InlineData("aws-parameter-store:" + Arn)]
    public void Refuse_what_names_no_parameter(string text) => Assert.StartsWith("does not name a parameter of AWS Parameter Store", Judge(text), StringComparison.Ordinal);

    [Fact]
    public void Refuse_a_parameter_that_is_longer_than_the_service_takes() => Assert.NotNull(Judge("aws-parameter-store:" + new string('a', 2049)));

    [Fact]
    public void Tell_a_vault_its_secret_and_its_version_apart()
    {
        Assert.True(KeyVaultName.TryParse("https://v.vault.azure.net/secrets/api-key/0a1b", out var name));
        Assert.Equal((new Uri("https://v.vault.azure.net"), "api-key", "0a1b"), (name.Vault, name.Secret, name.Version));
    }

    [Fact]
    public void Tell_an_ARNs_region_and_a_stage()
    {
        Assert.True(SecretsManagerName.TryParse(Arn + "?stage=S", out var secret));
        Assert.Equal((Arn, "eu-central-1", "S"), (secret.Secret, secret.Region, secret.Stage));
        Assert.True(ParameterName.TryParse("arn:aws-cn:ssm:cn-north-1:111122223333:parameter/a:2", out var parameter));
        Assert.Equal("cn-north-1", parameter.Region);
    }

    private static string? Judge(string text)
    {
        Assert.True(SecretReference.TryParse(text, out var reference));
        return SecretStores.Judge(reference);
    }
}
