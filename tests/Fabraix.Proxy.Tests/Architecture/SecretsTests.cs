namespace Fabraix.Proxy.Tests.Architecture;

public sealed class SecretsTests
{
    /// <summary>Each turns a store's text into a type that guards it; anybody else has no business with the text.</summary>
    private static readonly string[] Parsers = ["Keys/KeyReading.cs", "Mint/ClientSecret.cs", "Mint/MintKey.cs", "Redis/RedisPassword.cs", "Tokens/Dpop/NonceSecret.cs"];

    [Fact]
    public void Only_parsers_of_secrets_open_what_a_store_holds() => Assert.Equal(
        Parsers,
        SourceFile.All.Where(file => file.Code.Contains(".Reveal(", StringComparison.Ordinal)).Select(file => file.Path).Order(StringComparer.Ordinal));
}
