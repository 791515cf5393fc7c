using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Tests.Secrets;

public sealed class SecretReferenceTests
{
    [Theory]
    [InlineData("env:FABRAIX_API_KEY", "env", "FABRAIX_API_KEY")]
    [InlineData("file:/var/run/secrets/fabraix/api-key", "file", "/var/run/secrets/fabraix/api-key")]
    [InlineData("file:C:/keys/api-key", "file", "C:/keys/api-key")]
    [InlineData("azure-key-vault:https://v.vault.azure.net/secrets/s", "azure-key-vault", "https://v.vault.azure.net/secrets/s")]
    [InlineData("aws-secrets-manager:arn:aws:secretsmanager:r:1:secret:s?stage=S#f", "aws-secrets-manager", "arn:aws:secretsmanager:r:1:secret:s?stage=S", "f")]
    [InlineData("aws-parameter-store:/prod/key:3", "aws-parameter-store", "/prod/key:3")]
    [InlineData("gcp-secret-manager:projects/p/secrets/s/versions/latest", "gcp-secret-manager", "projects/p/secrets/s/versions/latest")]
    [InlineData("vault:secret/data/fabraix#api_key", "vault", "secret/data/fabraix", "api_key")]
    [InlineData("kubernetes:namespace/name#key", "kubernetes", "namespace/name", "key")]
    public void Is_a_scheme_the_stores_own_identifier_and_perhaps_a_field(string text, string scheme, string identifier, string? field = null)
    {
        Assert.True(SecretReference.TryParse(text, out var reference));
        Assert.Equal((scheme, identifier, field), (reference.Scheme, reference.Identifier, reference.Field));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("env")]
    [InlineData("env:")]
    [InlineData("env:#field")]
    [InlineData("env:NAME#")]
    [InlineData(":FABRAIX_API_KEY")]
    [InlineData("ENV:FABRAIX_API_KEY")]
    [InlineData(" env:FABRAIX_API_KEY")]
    [InlineData("env :FABRAIX_API_KEY")]
    [InlineData("https://example.com/key")]
    [InlineData("not-a-real-key")]
    [InlineData("a-key:with-a-colon")]
    public void Refuses_what_may_be_the_secret_itself(string text) => Assert.False(SecretReference.TryParse(text, out _));

    [Fact]
    public void Is_shown_by_its_scheme_alone()
    {
        Assert.True(SecretReference.TryParse("env:sk-in-the-wrong-place", out var reference));
        Assert.Equal("env:…", $"{reference}");
    }
}
