using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;

namespace Fabraix.TestKit;

/// <summary>Reads a server's frames and puts the answers together.</summary>
internal sealed class Http2Reader(Stream stream, Capture capture, Func<int, int, int, byte[], Task> send)
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<Http2Answer>> waiting = new();
    private readonly Dictionary<int, Partial> partial = [];
    private readonly TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource pinged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool over;

    public bool Widens { get; set; } = true;

    public Task Pinged => pinged.Task;

    public Task<int> Ended => ended.Task;

    public Task<Http2Answer> Expect(int id)
    {
        var expected = waiting.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        // Whoever asks on a connection that is over must not wait for its end again.
        if (Volatile.Read(ref over)) expected.TrySetResult(new Http2Answer(null, ended.Task.Result));
        return expected.Task;
    }

    public async Task RunAsync()
    {
        try
        {
            var header = new byte[9];
            while (true)
            {
                await stream.ReadExactlyAsync(header);
                var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header) >>> 8];
                await stream.ReadExactlyAsync(payload);
                await TakeAsync(header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)) & int.MaxValue, payload);
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // The connection has ended; whoever still waits learns it.
        }
        ended.TrySetResult(-1);
        var code = await ended.Task;
        Volatile.Write(ref over, true);
        foreach (var one in waiting.Values) one.TrySetResult(new Http2Answer(null, code));
    }

    private async Task TakeAsync(int type, int flags, int id, byte[] payload)
    {
        switch (type)
        {
            case Http2Frame.Headers or Http2Frame.Continuation:
                var part = Part(id);
                part.Block.AddRange(payload);
                part.Last |= type == Http2Frame.Headers && (flags & Http2Frame.EndStream) != 0;
                if ((flags & Http2Frame.EndHeaders) != 0) part.Close(capture);
                if (part.Last && (flags & Http2Frame.EndHeaders) != 0) Complete(id);
                break;
            case Http2Frame.Data:
                Part(id).Body.AddRange(payload);
                if (payload.Length > 0 && Widens) await WidenAsync(id, payload.Length);
                if ((flags & Http2Frame.EndStream) != 0) Complete(id);
                break;
            case Http2Frame.Reset:
                Finish(id, new Http2Answer(null, BinaryPrimitives.ReadInt32BigEndian(payload)));
                break;
            case Http2Frame.GoAway:
                capture.Add(CaptureKind.Answer, "GOAWAY", payload);
                ended.TrySetResult(BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4)));
                break;
            case Http2Frame.Settings or Http2Frame.Ping when (flags & Http2Frame.Ack) == 0:
                if (type == Http2Frame.Ping) pinged.TrySetResult();
                await send(type, Http2Frame.Ack, 0, type == Http2Frame.Ping ? payload : []);
                break;
        }
    }

    private async Task WidenAsync(int id, int count)
    {
        var increment = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(increment, count);
        await send(Http2Frame.WindowUpdate, 0, 0, increment);
        await send(Http2Frame.WindowUpdate, 0, id, increment);
    }

    private Partial Part(int id) => partial.TryGetValue(id, out var known) ? known : partial[id] = new Partial();

    private void Complete(int id)
    {
        var part = Part(id);
        byte[] body = [.. part.Body];
        capture.Add(CaptureKind.Answer, "HTTP/2 body", body);
        Finish(id, new Http2Answer(part.ToResponse(body), null));
    }

    private void Finish(int id, Http2Answer answer)
    {
        partial.Remove(id);
        waiting.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(answer);
    }

    private sealed class Partial
    {
        private readonly List<List<KeyValuePair<string, string>>> blocks = [];

        public List<byte> Block { get; } = [];

        public List<byte> Body { get; } = [];

        public bool Last { get; set; }

        public void Close(Capture capture)
        {
            var fields = Hpack.Decode(Block.ToArray());
            capture.Add(CaptureKind.Answer, "HTTP/2 head", string.Join('\n', fields.Select(field => $"{field.Key}: {field.Value}")));
            blocks.Add(fields);
            Block.Clear();
        }

        public RawResponse ToResponse(byte[] body)
        {
            // A block whose status is 1xx comes before the answer, one without a status behind it.
            var final = blocks.FindIndex(block => block[0].Key == ":status" && block[0].Value[0] != '1');
            var head = blocks[final];
            return new RawResponse
            {
                Head = string.Join("\r\n", head.Select(field => $"{field.Key}: {field.Value}")),
                Status = int.Parse(head[0].Value, CultureInfo.InvariantCulture),
                Reason = "",
                Headers = [.. head.Skip(1)],
                Body = body,
                Interim = [.. blocks.Take(final).Select(block => block[0].Value)],
                Trailers = [.. blocks.Skip(final + 1).SelectMany(block => block)],
            };
        }
    }
}
