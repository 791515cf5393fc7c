using System.Text;

namespace Fabraix.TestKit;

/// <summary>A request as the upstream's socket saw it.</summary>
internal sealed class RecordedRequest
{
    public required int Connection { get; init; }

    /// <summary>Everything up to the empty line, exactly; for an unfinished request everything that came.</summary>
    public required string Head { get; init; }

    /// <summary>The body without its transfer coding.</summary>
    public byte[] Body { get; init; } = [];

    public string RequestLine => Lines[0];

    public string Method => RequestLine.Split(' ')[0];

    public string Target => RequestLine.Split(' ')[1];

    public IReadOnlyList<KeyValuePair<string, string>> Headers => [.. Lines.Skip(1).Select(Field)];

    public IReadOnlyList<string> HeaderNames => [.. Headers.Select(header => header.Key.ToLowerInvariant()).Order(StringComparer.Ordinal)];

    private string[] Lines => Head.Split("\r\n");

    public IReadOnlyList<string> All(string name) =>
        [.. Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)];

    public string? Header(string name) => All(name) switch
    {
        [] => null,
        [var only] => only,
        var several => throw new InvalidDataException($"{several.Count} headers {name}"),
    };

    /// <summary>Head and body as one text in which a test looks for what must not be there.</summary>
    public string Everything => Head + "\r\n\r\n" + Encoding.Latin1.GetString(Body);

    private static KeyValuePair<string, string> Field(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return new KeyValuePair<string, string>(line[..colon], line[(colon + 1)..].Trim());
    }
}
