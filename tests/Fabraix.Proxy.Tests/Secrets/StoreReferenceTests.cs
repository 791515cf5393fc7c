using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Tests.Secrets;

/// <summary>What each store makes of a reference before anybody is asked.</summary>
public sealed class StoreReferenceTests
{
    [Theory]
    [InlineData("gcp-secret-manager:projects/p/secrets/s/versions/latest")]
    [InlineData("gcp-secret-manager:projects/123/secrets/S-1_a/versions/7#field")]
    [InlineData("gcp-secret-manager:projects/example.com:p/secrets/s/versions/an-alias")]
    [InlineData("gcp-secret-manager:projects/p/locations/europe-west3/secrets/s/versions/latest")]
    [InlineData("vault:secret/data/fabraix#api_key")]
    [InlineData("vault:teams/a/kv/data/deep/down@home+1#any thing")]
    [InlineData("vault:secret/data/fabraix?version=3#api_key")]
    [InlineData("vault:kv/fabraix#api_key")]
    [InlineData("kubernetes:fabraix/api-key#key")]
    [InlineData("kubernetes:a/b.c-1.d#tls.key_1-A")]
    public void Takes(string reference) => Assert.Null(Judged(reference));

    [Theory]
    [InlineData("fabraix")]
    [InlineData("projects/p/secrets/s")]
    [InlineData("projects/p/secrets/s/versions/")]
    [InlineData("/projects/p/secrets/s/versions/1")]
    [InlineData("projects/p/secrets/s/versions/1/")]
    [InlineData("projects/p/secrets/s/versions/1:access")]
    [InlineData("projects/p/secrets/s/versions/1?alt=json")]
    [InlineData("projects/p/secrets/s/versions/1\n")]
    [InlineData("projects/../secrets/s/versions/1")]
    [InlineData("projects/p/secrets/../versions/1")]
    [InlineData("projects/p/secrets/s s/versions/1")]
    [InlineData("projects/p/secrets/%73/versions/1")]
    [InlineData("projects/p/locations/evil.example/secrets/s/versions/1")]
    [InlineData("projects/p/locations//secrets/s/versions/1")]
    public void Refuses_what_names_no_version_of_Secret_Manager(string identifier) =>
        Assert.Contains("projects/PROJECT/secrets/NAME/versions/latest", Judged("gcp-secret-manager:" + identifier), StringComparison.Ordinal);

    [Theory]
    [InlineData("secret/data/fabraix", "names no field")]
    [InlineData("secret#api_key", "such as secret/data/fabraix#api_key")]
    [InlineData("/secret/data/fabraix#api_key", "without a slash")]
    [InlineData("secret/data/fabraix/#api_key", "without a slash")]
    [InlineData("secret//fabraix#api_key", "without a slash")]
    [InlineData("secret/data/../fabraix#api_key", "such as secret/data/fabraix#api_key")]
    [InlineData("secret/data/./fabraix#api_key", "such as secret/data/fabraix#api_key")]
    [InlineData("secret/data/two words#api_key", "such as secret/data/fabraix#api_key")]
    [InlineData("secret/data/%66#api_key", "such as secret/data/fabraix#api_key")]
    [InlineData("secret/data/fabraix?list=true#api_key", "?version=N")]
    [InlineData("secret/data/fabraix?version=0#api_key", "?version=N")]
    [InlineData("secret/data/fabraix?version=latest#api_key", "?version=N")]
    [InlineData("secret/data/fabraix?version=1&version=2#api_key", "?version=N")]
    [InlineData("secret/fabraix?version=1#api_key", "only a key-value store of version 2")]
    [InlineData("secret/data?version=1#api_key", "only a key-value store of version 2")]
    [InlineData("data/fabraix?version=1#api_key", "only a key-value store of version 2")]
    [InlineData("v1/secret/data/fabraix#api_key", "begins with v1, auth or sys")]
    [InlineData("auth/token/lookup-self#id", "begins with v1, auth or sys")]
    [InlineData("sys/mounts#x", "begins with v1, auth or sys")]
    public void Refuses_what_names_no_field_of_Vault(string identifier, string why) => Assert.Contains(why, Judged("vault:" + identifier), StringComparison.Ordinal);

    [Theory]
    [InlineData("fabraix/api-key", "names no key")]
    [InlineData("api-key#key", "NAMESPACE/NAME#KEY")]
    [InlineData("/api-key#key", "NAMESPACE/NAME#KEY")]
    [InlineData("fabraix/#key", "NAMESPACE/NAME#KEY")]
    [InlineData("fabraix/api-key/more#key", "NAMESPACE/NAME#KEY")]
    [InlineData("Fabraix/api-key#key", "NAMESPACE/NAME#KEY")]
    [InlineData("fabraix/api_key#key", "NAMESPACE/NAME#KEY")]
    [InlineData("fabraix/-key#key", "NAMESPACE/NAME#KEY")]
    [InlineData("fabraix/key-#key", "NAMESPACE/NAME#KEY")]
    [InlineData("fabraix/a..b#key", "NAMESPACE/NAME#KEY")]
    [InlineData("fabraix/..#key", "NAMESPACE/NAME#KEY")]
    [InlineData("a.b/api-key#key", "NAMESPACE/NAME#KEY")]
    [InlineData("fabraix/api-key?watch=true#key", "NAMESPACE/NAME#KEY")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123/api-key#key", "NAMESPACE/NAME#KEY")]
    [InlineData("fabraix/api-key#a/b", "no Secret can have")]
    [InlineData("fabraix/api-key#a b", "no Secret can have")]
    public void Refuses_what_names_no_key_of_a_Secret(string identifier, string why) => Assert.Contains(why, Judged("kubernetes:" + identifier), StringComparison.Ordinal);

    private static string? Judged(string text)
    {
        Assert.True(SecretReference.TryParse(text, out var reference));
        return SecretStores.Judge(reference);
    }
}
