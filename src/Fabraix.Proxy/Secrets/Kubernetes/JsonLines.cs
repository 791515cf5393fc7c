using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Fabraix.Proxy.Secrets.Kubernetes;

/// <summary>Reads a JSON document from each line, as it comes. A line is at most 4 MiB: a Secret holds 1 MiB, and base64 and its history add to that.</summary>
internal static class JsonLines
{
    private const int Longest = 4 * 1024 * 1024;

    /// <exception cref="InvalidDataException">A line is too long.</exception>
    /// <exception cref="JsonException">A line is no JSON.</exception>
    public static async IAsyncEnumerable<JsonDocument> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        while (true)
        {
            var read = await pipe.ReadAsync(cancellation);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                yield return JsonDocument.Parse(rest.Slice(0, end).ToArray());
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            // What has no end is half a line: whoever sent it broke off.
            if (read.IsCompleted)
                break;
            if (rest.Length > Longest)
                throw new InvalidDataException("The line is longer than 4 MiB.");
            pipe.AdvanceTo(rest.Start, read.Buffer.End);
        }

        await pipe.CompleteAsync();
    }
}
