using System.Text;

namespace Fabraix.TestKit;

/// <summary>
/// As much of HPACK (RFC 7541) as a test needs: writes every field as a literal, so that any bytes can be sent, and reads
/// what a server writes to a client that allows it no dynamic table.
/// </summary>
internal static class Hpack
{
    private const string Names =
        ":authority|:method|:method|:path|:path|:scheme|:scheme|:status|:status|:status|:status|:status|:status|:status|accept-charset|" +
        "accept-encoding|accept-language|accept-ranges|accept|access-control-allow-origin|age|allow|authorization|cache-control|" +
        "content-disposition|content-encoding|content-language|content-length|content-location|content-range|content-type|cookie|date|etag|" +
        "expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|last-modified|link|location|" +
        "max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after|server|set-cookie|strict-transport-security|" +
        "transfer-encoding|user-agent|vary|via|www-authenticate";

    private static readonly string[] StaticNames = Names.Split('|');

    private static readonly Dictionary<int, string> StaticValues = new()
    {
        [2] = "GET",
        [3] = "POST",
        [4] = "/",
        [5] = "/index.html",
        [6] = "http",
        [7] = "https",
        [8] = "200",
        [9] = "204",
        [10] = "206",
        [11] = "304",
        [12] = "400",
        [13] = "404",
        [14] = "500",
        [16] = "gzip, deflate",
    };

    public static byte[] Encode(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var bytes = new List<byte>();
        foreach (var (name, value) in fields)
        {
            bytes.Add(0);
            AddText(bytes, name);
            AddText(bytes, value);
        }
        return [.. bytes];
    }

    public static List<KeyValuePair<string, string>> Decode(ReadOnlySpan<byte> block)
    {
        var fields = new List<KeyValuePair<string, string>>();
        while (!block.IsEmpty)
        {
            var first = block[0];
            if ((first & 0x80) != 0)
            {
                var whole = Number(ref block, 7);
                fields.Add(KeyValuePair.Create(StaticNames[whole - 1], StaticValues[whole]));
            }
            else if ((first & 0xE0) == 0x20)
            {
                if (Number(ref block, 5) != 0) throw new InvalidDataException("A dynamic table that this client did not allow");
            }
            else
            {
                var index = Number(ref block, (first & 0x40) != 0 ? 6 : 4);
                var name = index == 0 ? Text(ref block) : StaticNames[index - 1];
                fields.Add(KeyValuePair.Create(name, Text(ref block)));
            }
        }
        return fields;
    }

    private static void AddText(List<byte> bytes, string text)
    {
        var rest = text.Length;
        if (rest < 127)
        {
            bytes.Add((byte)rest);
        }
        else
        {
            bytes.Add(127);
            for (rest -= 127; rest >= 128; rest /= 128) bytes.Add((byte)((rest % 128) + 128));
            bytes.Add((byte)rest);
        }
        bytes.AddRange(Encoding.Latin1.GetBytes(text));
    }

    private static int Number(ref ReadOnlySpan<byte> block, int bits)
    {
        var mask = (1 << bits) - 1;
        var value = block[0] & mask;
        block = block[1..];
        if (value < mask) return value;
        for (var shift = 0; ; shift += 7)
        {
            var next = block[0];
            block = block[1..];
            value += (next & 0x7F) << shift;
            if ((next & 0x80) == 0) return value;
        }
    }

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        if ((block[0] & 0x80) != 0) throw new NotSupportedException("Huffman coding");
        var length = Number(ref block, 7);
        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }
}
