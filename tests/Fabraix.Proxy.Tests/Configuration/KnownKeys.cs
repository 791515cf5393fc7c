using System.Text.Json.Nodes;

namespace Fabraix.Proxy.Tests.Configuration;

/// <summary>Learns from the reader itself which keys a section has: it names them all to whoever sets one that is like none of them.</summary>
internal static class KnownKeys
{
    private const string LikeNone = "zzzzzzzzzzzzzzzzzzzzzzzz";
    private const string Told = "Known here: ";

    /// <param name="path">Below <c>Fabraix</c>, with <c>&lt;name&gt;</c> for a name that the user chooses.</param>
    public static IEnumerable<string> Of(string path)
    {
        var mistake = Assert.Single(Sample.Read(Put(Join(path, LikeNone), "1")).Mistakes, mistake => mistake.Path == $"Fabraix:{Join(path, LikeNone)}");
        Assert.StartsWith(Told, mistake.Set, StringComparison.Ordinal);
        return mistake.Set[Told.Length..].TrimEnd('.').Split(", ");
    }

    /// <summary>A configuration that holds one value and nothing else.</summary>
    public static string Put(string path, string json)
    {
        var value = JsonNode.Parse(json);
        foreach (var name in path.Split(':').Reverse())
            value = new JsonObject { [name] = value };
        return new JsonObject { ["Fabraix"] = value }.ToJsonString();
    }

    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";
}
