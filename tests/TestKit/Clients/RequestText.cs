using System.Text;

namespace Fabraix.TestKit;

/// <summary>
/// Writes a request's bytes: a lawful one until a test says otherwise. Header lines are what they are given as, so that a
/// test can write what no library would send.
/// </summary>
internal sealed class RequestText(string method, string target)
{
    private readonly List<string> lines = [];
    private string body = "";

    public string Version { get; set; } = "HTTP/1.1";

    public static RequestText Post(string target, string host, string? token, string body = "{}")
    {
        var request = new RequestText("POST", target).With("Host", host);
        if (token is not null) request.With("Authorization", "Bearer " + token);
        return request.With("Content-Type", "application/json").WithBody(body);
    }

    public RequestText With(string name, string value) => Line($"{name}: {value}");

    /// <summary>A whole header line, without its end.</summary>
    public RequestText Line(string line)
    {
        lines.Add(line);
        return this;
    }

    /// <summary>Instead of what was said before under this name, in its place.</summary>
    public RequestText Instead(string name, string value)
    {
        var place = lines.FindIndex(line => Is(line, name));
        if (place < 0) return With(name, value);
        lines[place] = $"{name}: {value}";
        return this;
    }

    public RequestText Without(string name)
    {
        lines.RemoveAll(line => Is(line, name));
        return this;
    }

    /// <summary>A body of a length that is known, in Latin-1: a character is a byte.</summary>
    public RequestText WithBody(string content)
    {
        body = content;
        return Without("Transfer-Encoding").Instead("Content-Length", content.Length.ToString());
    }

    /// <summary>A body in chunks of these contents.</summary>
    public RequestText WithChunks(params string[] chunks)
    {
        body = string.Concat(chunks.Select(chunk => $"{chunk.Length:x}\r\n{chunk}\r\n")) + "0\r\n\r\n";
        return Without("Content-Length").Instead("Transfer-Encoding", "chunked");
    }

    /// <summary>What comes after the head, whatever the head says about it.</summary>
    public RequestText WithRawBody(string content)
    {
        body = content;
        return this;
    }

    public byte[] ToBytes() => Encoding.Latin1.GetBytes(ToString());

    public override string ToString() =>
        $"{method} {target} {Version}\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n{body}";

    private static bool Is(string line, string name) =>
        line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.OrdinalIgnoreCase);
}
