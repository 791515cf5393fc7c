using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fabraix.Proxy.Tests.Configuration;

public sealed class SchemaTests
{
    private const string Main = "Fabraix:Tokens:Issuers:main";

    [Fact]
    public void Accepts_every_configuration_that_the_repository_shows() =>
        Assert.Empty(Documents.Samples.Append(("Sample.Good", Sample.Good)).SelectMany(sample => ShippedSchema.Judge(sample.Item2).Select(wrong => $"{sample.Item1}: {wrong}")));

    [Fact]
    public void Is_where_the_shipped_file_says() =>
        Assert.True(File.Exists(Repository.File(JsonNode.Parse(Sample.Shipped)!["$schema"]!.GetValue<string>())));

    [Fact]
    public void Has_the_keys_that_the_reader_asks_for() => Assert.Empty(
        from section in ShippedSchema.Entries
        where section.IsSection
        from key in KnownKeys.Of(section.Path).Except(section.Names)
        where !IsRefusedUntilLater(KnownKeys.Join(section.Path, key))
        select KnownKeys.Join(section.Path, key));

    [Fact]
    public void Has_no_key_that_the_reader_does_not_ask_for() => Assert.Empty(
        from section in ShippedSchema.Entries
        where section.IsSection
        from key in section.Names.Except(KnownKeys.Of(section.Path))
        select KnownKeys.Join(section.Path, key));

    [Fact]
    public void Calls_a_value_what_the_reader_takes_as_one_and_a_list_what_it_takes_as_one() => Assert.Empty(
        from entry in ShippedSchema.Entries
        where !entry.IsSection && !entry.IsMap
        let mistakes = Sample.Read(KnownKeys.Put(entry.Path, """{"Not": {"a": "value"}}""")).Mistakes.Where(mistake => mistake.Path == $"Fabraix:{entry.Path}")
        where !mistakes.Any(mistake => mistake.Wrong == (entry.Schema.TryGetProperty("items", out _) ? "is not a list." : "is a list or an object."))
        select entry.Path);

    [Fact]
    public void Gives_defaults_that_both_it_and_the_reader_accept()
    {
        var defaults = ShippedSchema.Entries.Where(entry => entry.Schema.TryGetProperty("default", out _)).ToList();

        Assert.NotEmpty(defaults);
        Assert.All(defaults, static entry =>
        {
            var document = Sample.With($"Fabraix:{entry.Path.Replace(ShippedSchema.AnyName, NameIn(entry.Path), StringComparison.Ordinal)}", entry.Schema.GetProperty("default").GetRawText(), StartOf(entry.Path));
            Assert.Empty(ShippedSchema.Judge(document));
            Assert.Empty(Sample.Shown(Sample.Read(document).Mistakes));
        });
    }

    [Theory]
    [MemberData(nameof(SchemaCases.Wrong), MemberType = typeof(SchemaCases))]
    public void Refuses_a_wrong_setting_as_the_reader_does(string at, string? json)
    {
        var document = Sample.With(at, json);

        Assert.NotEmpty(ShippedSchema.Judge(document));
        Assert.Null(Sample.Read(document).Settings);
    }

    [Theory]
    [MemberData(nameof(SchemaCases.Right), MemberType = typeof(SchemaCases))]
    public void Accepts_a_setting_that_the_reader_accepts(string at, string? json)
    {
        var document = Sample.With(at, json);

        Assert.Empty(Sample.Shown(Sample.Read(document).Mistakes));
        Assert.Empty(ShippedSchema.Judge(document));
    }

    [Fact]
    public void Accepts_a_file_that_changes_one_thing_of_what_is_shipped()
    {
        string[] overlays = ["""{"Fabraix": {"Keys": {"default": {"RefreshInterval": "10s"}}}}""", """{"Fabraix": {"Routes": {"check": {"Enabled": false}}}}""", Sample.IssuerAndOrigin];

        Assert.NotNull(Sample.Read([Sample.Shipped, .. overlays]).Settings);
        Assert.Empty(overlays.SelectMany(ShippedSchema.Judge));
    }

    [Fact]
    public void Names_the_place_of_what_it_refuses() => Assert.Equal(
        [$"{Main} does not fit exactly one choice", $"{Main}:Audiences has too few items", "Fabraix:Upstream:Adress is not known"],
        ShippedSchema.Judge(Sample.With("Fabraix:Upstream:Adress", "\"x\"", Sample.With($"{Main}:Audiences", "[]", Sample.With($"{Main}:Jwks", null)))).Order(StringComparer.Ordinal));

    [Fact]
    public void Is_judged_by_nothing_that_skips_a_keyword()
    {
        using var schema = JsonDocument.Parse("""{"multipleOf": 2}""");
        using var value = JsonDocument.Parse("3");

        Assert.Throws<NotSupportedException>(() => JsonSchema.Judge(schema.RootElement, value.RootElement).ToList());
    }

    private static string NameIn(string path) => path.Split(':')[0] switch { "Keys" => "default", "Routes" => "event", "Mint" => "web-backend", _ => "main" };

    private static string StartOf(string path) => path.StartsWith("Mint:", StringComparison.Ordinal) ? Sample.WithMint : Sample.Good;

    /// <summary>Some keys of the contract are known to the reader only to say that they are not there yet.</summary>
    private static bool IsRefusedUntilLater(string path) =>
        Sample.Read(KnownKeys.Put(path, """{"a": "value"}""")).Mistakes.Any(mistake => mistake.Path == $"Fabraix:{path}" && mistake.Wrong == "is not supported yet.");
}
