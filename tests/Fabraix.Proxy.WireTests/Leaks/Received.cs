using System.Globalization;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>What a client got of an answer, be it a part.</summary>
/// <param name="Raw">As it came from the socket.</param>
/// <param name="Body">Without the transfer coding, as far as it came.</param>
/// <param name="Complete">Whether a client takes it for whole.</param>
internal sealed record Received(string Raw, int Status, string Body, bool Complete)
{
    public static Received Parse(string raw)
    {
        var end = raw.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return new Received(raw, 0, "", Complete: false);
        var (head, rest) = (raw[..end] + "\r\n", raw[(end + 4)..]);
        var status = int.Parse(raw.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        var (body, complete) = head.Contains("\r\nTransfer-Encoding: chunked\r\n", StringComparison.Ordinal)
            ? Chunks(rest)
            : (rest, rest.Length == Length(head));
        return new Received(raw, status, body, complete);
    }

    private static int Length(string head)
    {
        const string Name = "\r\nContent-Length: ";
        var at = head.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        return int.Parse(head.AsSpan(at, head.IndexOf('\r', at) - at), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static (string Body, bool Complete) Chunks(string rest)
    {
        var body = "";
        for (var at = 0; ;)
        {
            var line = rest.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (line < 0) return (body, false);
            var size = int.Parse(rest.AsSpan(at, line - at), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0) return (body, rest.EndsWith("\r\n\r\n", StringComparison.Ordinal));
            at = line + 2;
            if (rest.Length < at + size + 2) return (body + rest[at..Math.Min(rest.Length, at + size)], false);
            body += rest.Substring(at, size);
            at += size + 2;
        }
    }
}
