using System.Text.Json;

namespace Fabraix.Proxy.Tests.Configuration;

/// <summary>One thing that the schema says can be set, at a path such as <c>Keys:&lt;name&gt;:Secret</c>.</summary>
internal sealed record SchemaEntry(string Path, JsonElement Schema)
{
    /// <summary>An object with names of its own; false for a value, and for an object whose names the user chooses.</summary>
    public bool IsSection => Schema.TryGetProperty("properties", out _);

    public bool IsMap => Schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object;

    public IEnumerable<string> Names => Schema.GetProperty("properties").EnumerateObject().Select(property => property.Name);
}

/// <summary><c>appsettings.schema.json</c>, which editors read.</summary>
internal static class ShippedSchema
{
    /// <summary>Stands for a name that the user chooses, as in the README's table.</summary>
    public const string AnyName = "<name>";

    public static JsonElement Root { get; } = JsonDocument.Parse(File.ReadAllText(Repository.File("appsettings.schema.json"))).RootElement;

    /// <summary>The section <c>Fabraix</c> and everything below it.</summary>
    public static IReadOnlyList<SchemaEntry> Entries { get; } = [.. Below(new SchemaEntry("", Root.GetProperty("properties").GetProperty("Fabraix")))];

    /// <summary>What a value of the document breaks, with the paths that configuration has.</summary>
    public static IReadOnlyList<string> Judge(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        return [.. JsonSchema.Judge(Root, document.RootElement).Select(wrong => wrong.TrimStart(':'))];
    }

    private static IEnumerable<SchemaEntry> Below(SchemaEntry entry)
    {
        yield return entry;
        IEnumerable<SchemaEntry> children = entry switch
        {
            { IsSection: true } => entry.Schema.GetProperty("properties").EnumerateObject().Select(child => new SchemaEntry(Join(entry.Path, child.Name), child.Value)),
            { IsMap: true } => [new SchemaEntry(Join(entry.Path, AnyName), entry.Schema.GetProperty("additionalProperties"))],
            _ => [],
        };
        foreach (var below in children.SelectMany(Below))
            yield return below;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";
}
