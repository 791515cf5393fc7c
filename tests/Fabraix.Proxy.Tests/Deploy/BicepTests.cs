using System.Text.RegularExpressions;
using Fabraix.Proxy.Tests.Configuration;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>What can be said of the template without Bicep's compiler: its grammar, its symbols, its versions, and what it gives the proxy.</summary>
public sealed partial class BicepTests
{
    private static readonly string Text = File.ReadAllText(Repository.File("deploy", "azure", "main.bicep"));
    private static readonly Bicep Template = Bicep.Parse(Text);

    private static readonly BicepValue App = Resource("Microsoft.App/containerApps");

    private static readonly BicepValue Container = App["properties.template.containers"].Items!.Single();

    private static readonly Dictionary<string, string> Variables = Container["env"].Items!.ToDictionary(variable => Unquoted(variable["name"].Text!), variable => Evaluated(variable["value"].Text!), StringComparer.Ordinal);

    [Fact]
    public void Names_nothing_that_it_does_not_declare_and_declares_nothing_unused()
    {
        var declared = Template.Declarations.Where(declaration => declaration.Kind is "param" or "var" or "resource").Select(declaration => declaration.Name).ToList();

        Assert.Equal(declared.Distinct(), declared);
        Assert.Equal(declared.Order(StringComparer.Ordinal), Template.Used.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pins_every_version_of_an_API_and_takes_no_preview() =>
        Assert.All(Template.Declarations.Where(declaration => declaration.Kind == "resource"), resource => Assert.Matches(PinnedType(), resource.Type));

    [Fact]
    public void Gives_the_proxy_a_configuration_that_it_accepts()
    {
        var reading = PodConfiguration.Read(Variables);

        Assert.Empty(Sample.Shown([.. reading.Mistakes, .. reading.Warnings]));
        Assert.Equal("azure-key-vault", Assert.Single(reading.Settings!.Keys).Secret.Scheme);
        Assert.NotEmpty(reading.Settings.Edge.TrustedProxies);
        Assert.All(Variables.Keys, name => Assert.True(PodRules.IsKnown(name), name));
    }

    [Fact]
    public void Holds_no_secret()
    {
        Assert.All(Variables, variable => Assert.True(PodRules.IsNoSecret(variable), variable.Key));
        Assert.DoesNotContain("@secure()", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("vaults/secrets@", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secrets", App["properties.configuration"].Members!.Keys);
    }

    [Fact]
    public void Lets_the_one_identity_read_secrets_and_nothing_else()
    {
        var role = Resource("Microsoft.Authorization/roleAssignments");

        Assert.Equal("vault", role["scope"].Text);
        Assert.Contains("keyVaultSecretsUser", role["properties.roleDefinitionId"].Text, StringComparison.Ordinal);
        Assert.Contains("role \"Key Vault Secrets User\" (`4633458b-17de-408a-b874-0445c86b69e6`)", File.ReadAllText(Repository.File("docs", "secret-stores.md")), StringComparison.Ordinal);
        Assert.Equal("'4633458b-17de-408a-b874-0445c86b69e6'", Template.Declarations.Single(declaration => declaration.Name == "keyVaultSecretsUser").Value!.Text);
        Assert.Equal("true", Resource("Microsoft.KeyVault/vaults")["properties.enableRbacAuthorization"].Text);
        Assert.Equal(["${identity.id}"], App["identity.userAssignedIdentities"].Members!.Keys);
    }

    [Fact]
    public void Opens_the_public_port_alone_over_TLS()
    {
        var ingress = App["properties.configuration.ingress"];

        Assert.Equal(("true", "8080", "false"), (ingress["external"].Text, ingress["targetPort"].Text, ingress["allowInsecure"].Text));
        Assert.DoesNotContain("additionalPortMappings", ingress.Members!.Keys);
    }

    [Fact]
    public void Probes_the_management_port_and_waits_for_the_drain()
    {
        Assert.Equal(
            ["Startup /healthz/live 8081", "Liveness /healthz/live 8081", "Readiness /healthz/ready 8081"],
            Container["probes"].Items!.Select(probe => $"{Unquoted(probe["type"].Text!)} {Unquoted(probe["httpGet.path"].Text!)} {probe["httpGet.port"].Text}"));
        Assert.Equal("45", App["properties.template.terminationGracePeriodSeconds"].Text);
        Assert.InRange(int.Parse(App["properties.template.scale.minReplicas"].Text!, provider: null), 2, int.MaxValue);
    }

    [Theory]
    [InlineData("param a string = 'x", "a string does not end")]
    [InlineData("param a string = {\n  b: 1\n", "a name is expected")]
    [InlineData("param a string = [\n  1\n}\n", "a name is expected")]
    [InlineData("var a = {\n  b: 1 c: 2\n}\n", "a member needs a line of its own")]
    [InlineData("var a = {\n  b: 1\n  b: 2\n}\n", "'b' stands twice")]
    [InlineData("resource a = {\n}\n", "a string is expected")]
    [InlineData("parm a string\n", "'parm' declares nothing")]
    [InlineData("var a = concat('b', 'c'\n", "',' is expected")]
    [InlineData("var a = '${b c}'\n", "a string has more than an expression in it")]
    [InlineData("var a = \"b\"\n", "'\"' is not understood")]
    [InlineData("var a = b c\n", "more stands after a declaration")]
    public void Is_not_read_where_the_grammar_is_broken(string text, string wrong) =>
        Assert.Contains(wrong, Assert.Throws<FormatException>(() => Bicep.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Is_read_as_it_is_meant()
    {
        var read = Bicep.Parse("@description('d')\nparam a string = 'x'\nvar b = empty(a) ? [] : [\n  '${a}-${c.id}'\n]\nvar e = { f: { g: d.h(1).i }\n}\n");

        Assert.Equal(["a", "b", "e"], read.Declarations.Select(declaration => declaration.Name));
        Assert.Equal("d.h(1).i", read.Declarations[2].Value!["f.g"].Text);
        Assert.Equal(["a", "c", "d"], read.Used.Order(StringComparer.Ordinal));
    }

    private static BicepValue Resource(string type) => Template.Declarations.Single(declaration => declaration.Type.StartsWith($"{type}@", StringComparison.Ordinal)).Value!;

    private static string Unquoted(string text) => text.Trim('\'');

    /// <summary>A literal; a parameter's default, or something of its kind; what the vault would say.</summary>
    private static string Evaluated(string expression)
    {
        if (expression.StartsWith('\''))
            return Unquoted(expression).Replace("${vault.properties.vaultUri}", "https://fabraix-abc.vault.azure.net/", StringComparison.Ordinal);
        if (Template.Declarations.Single(declaration => declaration.Name == expression.Split('.')[0]) is { Kind: "param", Value: { } value })
            return Unquoted(value.Text!);
        return expression switch
        {
            "issuer" => "https://login.example.com/",
            "metadata" => "https://login.example.com/.well-known/openid-configuration",
            "origin" => "https://app.example.com",
            "identity.properties.clientId" => "00000000-0000-0000-0000-000000000000",
            _ => throw new NotSupportedException(expression),
        };
    }

    [GeneratedRegex("^Microsoft(\\.[A-Za-z]+)+(/[A-Za-z]+)+@20[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
    private static partial Regex PinnedType();
}
