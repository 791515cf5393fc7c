namespace Fabraix.Proxy.Tests.Configuration;

/// <summary>One wrong setting of the mint each, as <see cref="RefusedSettings"/> has them of the rest.</summary>
public sealed class MintMistakesTests
{
    private const string Main = "Fabraix:Tokens:Issuers:main";
    private const string Mint = "Fabraix:Mint";
    private const string Client = "Fabraix:Mint:Clients:web-backend";
    private const string Other = """{"Issuer": "https://other.example.com/", "Audiences": ["fabraix-proxy"], "Jwks": "mint"}""";

    public static TheoryData<string, string?, string, string> Settings() => new()
    {
        { Main + ":Jwks", "\"https://login.example.com/jwks.json\"", Mint, "Set Jwks to mint" },
        { "Fabraix:Tokens:Issuers:other", Other, "Fabraix:Tokens:Issuers:other:Jwks", "exactly one issuer" },
        { Main + ":Types", "[\"JWT\"]", Main + ":Types", "Add at+jwt" },
        { Mint, null, Main + ":Jwks", "Set Fabraix:Mint" },
        { Mint + ":SigningKeys", null, Mint + ":SigningKeys", "never a key itself" },
        { Mint + ":SigningKeys", "[]", Mint + ":SigningKeys", "never a key itself" },
        { Mint + ":SigningKeys", "\"env:MINT_KEY\"", Mint + ":SigningKeys", "Set a list" },
        { Mint + ":SigningKeys", "[\"a key\"]", Mint + ":SigningKeys:0", "never a key itself" },
        { Mint + ":SigningKeys", "[\"env:MINT-KEY\"]", Mint + ":SigningKeys:0", "Correct the reference" },
        { Mint + ":SigningKeys", "[\"env:MINT_KEY\", \"env:MINT_KEY\"]", Mint + ":SigningKeys:1", "Remove one" },
        { Mint + ":Clients:web-backend:Secret", "\"env:FABRAIX_API_KEY\"", Mint + ":Clients:web-backend:Secret", "a secret of its own" },
        { Mint + ":Clients", null, Mint + ":Clients", "web-backend" },
        { Mint + ":Clients", "{}", Mint + ":Clients", "web-backend" },
        { Mint + ":Clients:other", """{"Secret": "env:MINT_WEB_BACKEND", "Scope": "event:write"}""", Mint + ":Clients:web-backend:Secret", "of its own" },
        { Mint + ":Clients:a b", """{"Secret": "env:MINT_OTHER", "Scope": "event:write"}""", Mint + ":Clients:a b", "A-Z a-z 0-9" },
        { Client + ":Secret", null, Client + ":Secret", "never the secret itself" },
        { Client + ":Secret", "\"plain\"", Client + ":Secret", "never the secret itself" },
        { Client + ":Scope", null, Client + ":Scope", "scopes of your routes" },
        { Client + ":MaxLifetime", "\"16m\"", Client + ":MaxLifetime", "at most 15m" },
        { Client + ":MaxLifetime", "\"0s\"", Client + ":MaxLifetime", "from 1s" },
        { Client + ":MaxLifetime", "\"300\"", Client + ":MaxLifetime", "30s" },
        { Client + ":Rights", "[\"Mint\"]", Client + ":Rights:0", "mint, revoke or both" },
        { Client + ":Rights", "\"mint\"", Client + ":Rights", "Set a list" },
        { Client + ":Scopes", "\"event:write\"", Client + ":Scopes", "Did you mean Scope?" },
        { Mint + ":SigningKey", "\"env:MINT_KEY\"", Mint + ":SigningKey", "Did you mean SigningKeys?" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Are_named_by_their_path_with_what_to_set(string at, string? json, string path, string says)
    {
        var mistake = Assert.Single(Sample.Read(Sample.With(at, json, Sample.WithMint)).Mistakes);

        Assert.Equal(path, mistake.Path);
        Assert.Contains(says, mistake.Set, StringComparison.Ordinal);
    }

    [Fact]
    public void Leave_a_good_one_without_a_mistake_and_without_a_warning()
    {
        var reading = Sample.Read(Sample.WithMint);

        Assert.Empty(Sample.Shown(reading.Mistakes.Concat(reading.Warnings)));
        Assert.Equal("main", reading.Settings?.Mint?.Issuer.Name);
        Assert.Null(Sample.Accepted(Sample.Good).Mint);
    }

    [Fact]
    public void Are_only_told_where_a_scope_is_asked_for_by_no_route() =>
        Assert.Equal(Client + ":Scope", Assert.Single(Sample.Read(Sample.With(Client + ":Scope", "\"event:write event:read\"", Sample.WithMint)).Warnings).Path);

    [Theory]
    [InlineData("Fabraix:Mint:SigningKeys")]
    [InlineData("Fabraix:Mint:SigningKeys:0")]
    [InlineData(Client)]
    [InlineData(Client + ":Secret")]
    [InlineData(Client + ":MaxLifetime")]
    [InlineData("Fabraix:Mint")]
    public void Never_repeat_a_value_that_may_be_a_secret_in_the_wrong_place(string at)
    {
        var secret = Guid.NewGuid().ToString("N");
        var json = at.EndsWith(":0", StringComparison.Ordinal) ? Sample.With(at[..^2], $"[\"{secret}\"]", Sample.WithMint) : Sample.With(at, $"\"{secret}\"", Sample.WithMint);

        var reading = Sample.Read(json);

        Assert.NotEmpty(reading.Mistakes);
        Assert.DoesNotContain(Sample.Shown(reading.Mistakes.Concat(reading.Warnings)), text => text.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }
}
