using System.Text;

namespace Fabraix.TestKit;

/// <summary>Answers of an upstream as texts on the wire.</summary>
internal static class UpstreamAnswer
{
    public static string Json(int status, string body, params string[] headerLines) =>
        $"HTTP/1.1 {status} Some Reason\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{Lines(headerLines)}\r\n{Latin1(body)}";

    /// <summary>A head alone, ending with the empty line: what follows is the script's affair.</summary>
    public static string Head(int status, params string[] headerLines) => $"HTTP/1.1 {status} Some Reason\r\n{Lines(headerLines)}\r\n";

    public static string Chunked(int status, params string[] chunks) =>
        $"HTTP/1.1 {status} Some Reason\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{string.Concat(chunks.Select(Chunk))}0\r\n\r\n";

    public static string Chunk(string content) => $"{Encoding.UTF8.GetByteCount(content):x}\r\n{Latin1(content)}\r\n";

    private static string Lines(string[] lines) => string.Concat(lines.Select(line => line + "\r\n"));

    /// <summary>UTF-8's bytes as the Latin-1 characters that the connection writes as those bytes.</summary>
    private static string Latin1(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
