using System.Globalization;
using System.Text;

namespace Fabraix.TestKit;

/// <summary>Reads answers from a connection without forgiveness: what a strict client would refuse is an <see cref="InvalidDataException"/>.</summary>
internal sealed class ResponseReader(Stream stream, Capture capture) : IDisposable
{
    private byte[] buffer = new byte[16 * 1024];
    private int from;
    private int to;

    /// <summary>What arrived and was not yet asked for is an answer too: the capture gets all of it.</summary>
    public void Dispose()
    {
        if (to > from) capture.Add(CaptureKind.Answer, "rest", buffer[from..to]);
        from = to;
    }

    public async Task<RawResponse?> ReadAsync(bool toHead)
    {
        var interim = new List<string>();
        while (true)
        {
            if (from == to && !await FillAsync()) return null;
            var answer = await ReadHeadAsync();
            if (answer.Status is >= 100 and < 200 and not 101)
            {
                interim.Add(answer.Head);
                continue;
            }
            var (body, trailers) = toHead || answer.Status is 101 or 204 or 304 ? ([], []) : await ReadBodyAsync(answer);
            capture.Add(CaptureKind.Answer, $"{answer.Status} body", body);
            return new RawResponse
            {
                Head = answer.Head,
                Status = answer.Status,
                Reason = answer.Reason,
                Headers = answer.Headers,
                Body = body,
                Trailers = trailers,
                Interim = interim,
            };
        }
    }

    public async Task<RawResponse> ReadHeadAsync()
    {
        int length;
        while ((length = buffer.AsSpan(from, to - from).IndexOf("\r\n\r\n"u8)) < 0)
            if (!await FillAsync()) throw new InvalidDataException("The connection ended inside an answer's head");
        var head = Encoding.Latin1.GetString(buffer, from, length);
        from += length + 4;
        capture.Add(CaptureKind.Answer, "head", head);
        var lines = head.Split("\r\n");
        if (!lines[0].StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || lines[0].Length < 12) throw new InvalidDataException("No status line of HTTP/1.1");
        return new RawResponse
        {
            Head = head,
            Status = int.Parse(lines[0].AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture),
            Reason = lines[0].Length > 13 ? lines[0][13..] : "",
            Headers = [.. lines[1..].Select(Field)],
        };
    }

    public async Task<byte[]> ReadPieceAsync()
    {
        if (from == to && !await FillAsync()) return [];
        return Captured(Take(to - from));
    }

    public async Task<byte[]> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }
        return Captured(Take(to - from));
    }

    private async Task<(byte[] Body, IReadOnlyList<KeyValuePair<string, string>> Trailers)> ReadBodyAsync(RawResponse head)
    {
        if (head.Header("transfer-encoding") is { } coding)
        {
            if (coding != "chunked" || head.Header("content-length") is not null) throw new InvalidDataException("Ambiguous framing of an answer");
            return await ReadChunksAsync();
        }
        if (head.Header("content-length") is not { } length) return (await ReadToEndAsync(), []);
        var size = int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture);
        while (to - from < size)
            if (!await FillAsync()) throw new InvalidDataException("The connection ended inside an answer's body");
        return (Take(size), []);
    }

    private async Task<(byte[] Body, IReadOnlyList<KeyValuePair<string, string>> Trailers)> ReadChunksAsync()
    {
        var body = new List<byte>();
        while (true)
        {
            var size = int.Parse(await ReadLineAsync(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0) break;
            while (to - from < size + 2)
                if (!await FillAsync()) throw new InvalidDataException("The connection ended inside a chunk");
            body.AddRange(Take(size));
            if (await ReadLineAsync() is not "") throw new InvalidDataException("A chunk is longer than it says");
        }
        var trailers = new List<KeyValuePair<string, string>>();
        while (await ReadLineAsync() is { Length: > 0 } line) trailers.Add(Field(line));
        return ([.. body], trailers);
    }

    private async Task<string> ReadLineAsync()
    {
        int length;
        while ((length = buffer.AsSpan(from, to - from).IndexOf("\r\n"u8)) < 0)
            if (!await FillAsync()) throw new InvalidDataException("The connection ended inside a line");
        return Encoding.Latin1.GetString(Take(length + 2), 0, length);
    }

    private byte[] Take(int count)
    {
        var taken = buffer[from..(from + count)];
        from += count;
        return taken;
    }

    private byte[] Captured(byte[] bytes)
    {
        capture.Add(CaptureKind.Answer, "piece", bytes);
        return bytes;
    }

    private async Task<bool> FillAsync()
    {
        if (from == to) from = to = 0;
        if (to == buffer.Length)
        {
            if (from == 0) Array.Resize(ref buffer, buffer.Length * 2);
            else buffer.AsSpan(from, to - from).CopyTo(buffer);
            to -= from;
            from = 0;
        }
        try
        {
            var count = await stream.ReadAsync(buffer.AsMemory(to));
            to += count;
            return count > 0;
        }
        catch (IOException)
        {
            // A reset is an end as well; what it cut off shows as an incomplete answer.
            return false;
        }
    }

    private static KeyValuePair<string, string> Field(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) throw new InvalidDataException("A header line without a name");
        return new KeyValuePair<string, string>(line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
    }
}
