using System.Text.Json;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Tests.Configuration;
using Fabraix.Proxy.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>What docs/identity-providers.md says, asked of the validator with the very configuration that the page shows.</summary>
public sealed class ProviderTokensTests : IDisposable
{
    private const string TooLong = "token: exp - iat is longer than MaxLifetime";
    private const string NotConfigured = "token: issuer is not configured";
    private const string OtherAudience = "token: audience is another";
    private const string NoAudience = "token: aud is missing or not strings";

    private static readonly TimeSpan Short = TimeSpan.FromMinutes(10);
    private static readonly string[] Providers = ["entra", "auth0", "okta", "keycloak", "cognito", "firebase"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> EachProvider => [.. Providers];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Have_one_sample_each_on_the_page() => Assert.Equal(Providers, Samples().Select(sample => sample.Provider));

    [Theory]
    [MemberData(nameof(EachProvider))]
    public void Have_a_sample_that_is_read_without_a_mistake_or_a_warning(string provider)
    {
        var reading = Sample.Read(Sample.Shipped, Recipe(provider), """{"Fabraix": {"Browser": {"Origins": ["https://app.example.com"]}}}""");

        Assert.Empty(Sample.Shown([.. reading.Mistakes, .. reading.Warnings]));
        Assert.Equal(provider, Assert.Single(reading.Settings!.Tokens.Issuers).Name);
    }

    [Theory]
    [MemberData(nameof(EachProvider))]
    public async Task Open_every_shipped_route_while_they_are_short(string provider)
    {
        var caller = (await Validate(provider, ProviderTokens.Token(provider, Short))).Caller;

        Assert.Equal(provider, caller?.Issuer);
        Assert.Empty(Settings(provider).Routes.SelectMany(route => route.Scopes).Except(caller!.Scopes));
    }

    /// <summary>The page's table: what each provider gives before anything is set.</summary>
    [Theory]
    [InlineData("entra", 60 * 60, TooLong)]
    [InlineData("entra", 90 * 60, TooLong)]
    [InlineData("auth0", 86400, TooLong)]
    [InlineData("okta", 3600, TooLong)]
    [InlineData("cognito", 3600, TooLong)]
    [InlineData("firebase", 3601, TooLong)]
    [InlineData("firebase", 3600, null)]
    [InlineData("keycloak", 300, null)]
    public async Task Are_refused_with_the_providers_default_lifetime_where_that_is_long(string provider, int seconds, string? rule) =>
        Assert.Equal(rule, (await Validate(provider, ProviderTokens.Token(provider, TimeSpan.FromSeconds(seconds)))).Refusal?.Rule);

    [Fact]
    public async Task Of_Firebase_are_refused_unless_MaxLifetime_was_raised()
    {
        var sample = Sample.With("Fabraix:Tokens:MaxLifetime", null, Recipe("firebase"));

        Assert.Equal(TooLong, (await Validate("firebase", ProviderTokens.Token("firebase", TimeSpan.FromHours(1)), sample)).Refusal?.Rule);
    }

    /// <summary>Its shortest policy and the five minutes that iat lies back make the longest lifetime to the second.</summary>
    [Theory]
    [InlineData(600, null)]
    [InlineData(601, TooLong)]
    [InlineData(660, TooLong)]
    public async Task Of_Entra_ID_fit_with_a_policy_of_ten_minutes_and_no_more(int seconds, string? rule) =>
        Assert.Equal(rule, (await Validate("entra", ProviderTokens.Token("entra", TimeSpan.FromSeconds(seconds)))).Refusal?.Rule);

    [Theory]
    [InlineData("entra", "iss", "\"https://sts.windows.net/11111111-2222-3333-4444-555555555555/\"", NotConfigured)]
    [InlineData("entra", "iss", "\"https://login.microsoftonline.com/99999999-2222-3333-4444-555555555555/v2.0\"", NotConfigured)]
    [InlineData("entra", "iss", "\"https://login.microsoftonline.com/{tenantid}/v2.0\"", NotConfigured)]
    [InlineData("entra", "aud", "\"api://66666666-7777-8888-9999-000000000000\"", OtherAudience)]
    [InlineData("entra", "aud", "\"00000003-0000-0000-c000-000000000000\"", OtherAudience)]
    [InlineData("auth0", "iss", "\"https://example.eu.auth0.com\"", NotConfigured)]
    [InlineData("auth0", "iss", "\"https://login.example.com/\"", NotConfigured)]
    [InlineData("auth0", "aud", "\"https://example.eu.auth0.com/userinfo\"", OtherAudience)]
    [InlineData("okta", "iss", "\"https://example.okta.com\"", NotConfigured)]
    [InlineData("okta", "iss", "\"https://example.okta.com/oauth2/default\"", NotConfigured)]
    [InlineData("okta", "aud", "\"0oa1exampleclient\"", OtherAudience)]
    [InlineData("keycloak", "iss", "\"https://login.example.com/realms/example/\"", NotConfigured)]
    [InlineData("keycloak", "iss", "\"https://internal.example.com/realms/example\"", NotConfigured)]
    [InlineData("keycloak", "aud", "\"account\"", OtherAudience)]
    [InlineData("keycloak", "aud", null, NoAudience)]
    [InlineData("keycloak", "sub", null, "token: sub is missing, not a string or too long")]
    [InlineData("cognito", "aud", null, NoAudience)]
    [InlineData("cognito", "aud", "\"an-app-client\"", OtherAudience)]
    [InlineData("cognito", "iss", "\"https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Another\"", NotConfigured)]
    [InlineData("firebase", "iss", "\"https://securetoken.google.com/another-project\"", NotConfigured)]
    [InlineData("firebase", "iss", "\"https://session.firebase.google.com/example-project\"", NotConfigured)]
    [InlineData("firebase", "aud", "\"another-project\"", OtherAudience)]
    public async Task Are_refused_where_one_claim_is_of_another_kind_of_token(string provider, string claim, string? value, string rule)
    {
        var token = ProviderTokens.Token(provider, Short, claims =>
        {
            claims.Remove(claim);
            if (value is not null)
                claims[claim] = JsonNode.Parse(value);
        });

        Assert.Equal(rule, (await Validate(provider, token)).Refusal?.Rule);
    }

    [Theory]
    [InlineData("auth0", "typ", "JWT", "token: typ is not accepted")]
    [InlineData("auth0", "alg", "HS256", "token: alg is not accepted, or not the key's")]
    [InlineData("okta", "typ", "application/okta-internal-at+jwt", "token: typ is not accepted")]
    [InlineData("keycloak", "typ", "JWT", "token: typ is not accepted")]
    [InlineData("keycloak", "alg", "EdDSA", "token: alg is not accepted, or not the key's")]
    [InlineData("keycloak", "kid", "for-encryption", "token: kid is not among the issuer's keys")]
    [InlineData("firebase", "kid", null, "token: no kid")]
    public async Task Are_refused_where_the_header_is_of_another_kind_of_token(string provider, string member, string? value, string rule)
    {
        var token = ProviderTokens.Token(provider, Short, header: header =>
        {
            header.Remove(member);
            if (value is not null)
                header[member] = value;
        });

        Assert.Equal(rule, (await Validate(provider, token)).Refusal?.Rule);
    }

    /// <summary>Members that the page says are ignored: of Entra ID's older tokens, and of those it makes for Microsoft Graph.</summary>
    [Theory]
    [InlineData("x5t")]
    [InlineData("nonce")]
    public async Task Of_Entra_ID_are_accepted_with_a_header_member_that_nothing_reads(string member) =>
        Assert.NotNull((await Validate("entra", ProviderTokens.Token("entra", Short, header: header => header[member] = "anything"))).Caller);

    [Fact]
    public async Task Of_Keycloak_are_accepted_as_plain_JWT_where_Types_is_left_out()
    {
        var sample = Sample.With("Fabraix:Tokens:Issuers:keycloak:Types", null, Recipe("keycloak"));

        Assert.NotNull((await Validate("keycloak", ProviderTokens.Token("keycloak", Short, header: header => header["typ"] = "JWT"), sample)).Caller);
    }

    /// <summary>200 groups, as many as Entra ID writes into a token, are over 8 KiB.</summary>
    [Fact]
    public async Task Of_Entra_ID_are_refused_with_as_many_groups_as_it_writes_down()
    {
        var token = ProviderTokens.Token("entra", Short, claims => claims["groups"] = new JsonArray([.. Enumerable.Range(0, 200).Select(index => (JsonNode)$"10101010-0000-0000-0000-{index:d12}")]));

        Assert.Equal("token: longer than 8 KiB", (await Validate("entra", token)).Refusal?.Rule);
    }

    [Fact]
    public async Task Of_an_app_itself_hold_no_scope_with_Entra_ID() =>
        Assert.Empty((await Validate("entra", ProviderTokens.Token("entra", Short, claims => claims.Remove("scp")))).Caller!.Scopes);

    private static IEnumerable<(string Provider, string Json)> Samples() =>
        from json in Documents.SamplesIn(File.ReadAllText(Repository.File("docs", "identity-providers.md")))
        let issuers = JsonDocument.Parse(json).RootElement.GetProperty("Fabraix").GetProperty("Tokens").GetProperty("Issuers")
        select (issuers.EnumerateObject().Single().Name, json);

    private static string Recipe(string provider) => Samples().Single(sample => sample.Provider == provider).Json;

    private static ProxySettings Settings(string provider, string? sample = null) => Sample.Accepted(Sample.Shipped, sample ?? Recipe(provider));

    /// <summary>The page's configuration, but for where the keys come from.</summary>
    private async Task<TokenVerdict> Validate(string provider, string token, string? sample = null)
    {
        var options = Settings(provider, sample).Tokens;
        var keys = KeySource.FromFile(_folder.Write("jwks.json", ProviderTokens.Keys(provider)));
        var validator = Issuers.Validator(new FakeTimeProvider(Jose.Now), options with { Issuers = [Assert.Single(options.Issuers) with { Keys = keys }] });
        return await validator.ValidateAsync(token, TestContext.Current.CancellationToken);
    }
}
