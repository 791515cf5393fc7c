using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Fabraix.TestKit;

/// <summary>An HTTP/2 connection over TLS (RFC 9113) on which a test writes its own frames.</summary>
internal sealed class RawHttp2 : IAsyncDisposable
{
    /// <summary>SETTINGS_MAX_FRAME_SIZE where nobody says otherwise (RFC 9113 section 6.5.2).</summary>
    private const int LargestFrame = 16 * 1024;

    private readonly SslStream stream;
    private readonly Http2Reader reader;
    private readonly SemaphoreSlim writing = new(1);
    private readonly Task reading;
    private int lastStream = -1;

    private RawHttp2(SslStream stream)
    {
        this.stream = stream;
        reader = new Http2Reader(stream, Capture.Process, SendFrameAsync);
        reading = reader.RunAsync();
    }

    /// <summary>Whether it makes room for more of an answer as it comes; what was announced at first is 64 KiB.</summary>
    public bool Widens
    {
        set => reader.Widens = value;
    }

    /// <summary>Completes when the server first asks whether this side is still there.</summary>
    public Task Pinged => reader.Pinged;

    /// <summary>Completes when the server has said goodbye or closed; its error code, or -1 for a close without a word.</summary>
    public Task<int> Ended => reader.Ended;

    public static async Task<RawHttp2> ConnectAsync(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port).InTimeAsync("connection to the server");
        var secure = await RawClient.SecureAsync(new NetworkStream(socket, ownsSocket: true), "h2");
        await secure.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        var client = new RawHttp2(secure);
        // SETTINGS_HEADER_TABLE_SIZE 0, SETTINGS_ENABLE_PUSH 0: what comes back can be read without state.
        await client.SendFrameAsync(Http2Frame.Settings, 0, 0, [0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]);
        return client;
    }

    /// <summary>Sends a request whole, and waits for its answer.</summary>
    public async Task<Http2Answer> AskAsync(IEnumerable<KeyValuePair<string, string>> head, string? body = "{}") =>
        await ReceiveAsync(await SendAsync(head, body));

    /// <summary>Sends a request; with a null body the stream stays open.</summary>
    /// <param name="split">Most bytes of the header block in one frame; what is left goes into CONTINUATION frames.</param>
    public async Task<int> SendAsync(IEnumerable<KeyValuePair<string, string>> head, string? body = "{}", int split = LargestFrame)
    {
        var id = Interlocked.Add(ref lastStream, 2);
        _ = reader.Expect(id);
        await SendBlockAsync(id, head, last: body is { Length: 0 }, split);
        if (body is { Length: > 0 }) await SendDataAsync(id, body);
        return id;
    }

    public async Task SendDataAsync(int id, string body, bool last = true, int split = LargestFrame)
    {
        var pieces = body.Chunk(split).ToArray();
        for (var i = 0; i < pieces.Length; i++)
            await SendFrameAsync(Http2Frame.Data, last && i == pieces.Length - 1 ? Http2Frame.EndStream : 0, id, Encoding.Latin1.GetBytes(pieces[i]));
    }

    /// <summary>Ends an open stream with trailer fields.</summary>
    public Task SendTrailersAsync(int id, IEnumerable<KeyValuePair<string, string>> trailers) => SendBlockAsync(id, trailers, last: true, LargestFrame);

    public Task ResetAsync(int id) => SendFrameAsync(Http2Frame.Reset, 0, id, [0, 0, 0, 8]);

    public Task<Http2Answer> ReceiveAsync(int id) => reader.Expect(id).InTimeAsync("an answer on an HTTP/2 stream");

    private async Task SendBlockAsync(int id, IEnumerable<KeyValuePair<string, string>> fields, bool last, int split)
    {
        var pieces = Hpack.Encode(fields).Chunk(split).ToArray();
        var block = new List<byte>();
        for (var i = 0; i < pieces.Length; i++)
        {
            var flags = (i == 0 && last ? Http2Frame.EndStream : 0) | (i == pieces.Length - 1 ? Http2Frame.EndHeaders : 0);
            block.AddRange(Frame(i == 0 ? Http2Frame.Headers : Http2Frame.Continuation, flags, id, pieces[i]));
        }

        // In one piece: no other frame, such as the reader's acknowledgement of settings, may come between (RFC 9113 section 6.10).
        await SendAsync([.. block]);
    }

    public Task SendFrameAsync(int type, int flags, int id, byte[] payload) => SendAsync(Frame(type, flags, id, payload));

    private static byte[] Frame(int type, int flags, int id, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = (byte)type;
        frame[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, 9);
        return frame;
    }

    private async Task SendAsync(byte[] frames)
    {
        await writing.WaitAsync();
        try
        {
            await stream.WriteAsync(frames).AsTask().InTimeAsync("sending of a frame");
        }
        catch (IOException)
        {
            // The server has closed: its word about it is in what was received.
        }
        finally
        {
            writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        await reading;
        writing.Dispose();
    }
}

internal static class Http2Frame
{
    public const int Data = 0;
    public const int Headers = 1;
    public const int Reset = 3;
    public const int Settings = 4;
    public const int Ping = 6;
    public const int GoAway = 7;
    public const int WindowUpdate = 8;
    public const int Continuation = 9;

    public const int EndStream = 1;
    public const int Ack = 1;
    public const int EndHeaders = 4;
}

/// <summary>An answer, or the error code with which the server reset the stream or left the connection.</summary>
internal sealed record Http2Answer(RawResponse? Response, int? ErrorCode)
{
    public RawResponse Whole => Response ?? throw new IOException($"The stream ended with error {ErrorCode}");
}
