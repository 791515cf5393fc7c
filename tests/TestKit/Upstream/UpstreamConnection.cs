using System.Globalization;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Fabraix.TestKit;

/// <summary>One connection of the recording upstream: takes requests apart one after another and lets the script answer each.</summary>
internal sealed class UpstreamConnection : IDisposable
{
    private readonly RecordingUpstream owner;
    private readonly Socket socket;
    private readonly Stream stream;
    private readonly Pipe received = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int number;
    private string? begun;

    public UpstreamConnection(RecordingUpstream owner, int number, Socket socket, X509Certificate2? certificate)
    {
        this.owner = owner;
        this.number = number;
        this.socket = socket;
        socket.NoDelay = true;
        stream = new NetworkStream(socket, ownsSocket: true);
        if (certificate is not null) stream = new SslStream(stream);
        Running = Task.WhenAll(PumpAsync(certificate), ServeAsync());
    }

    public Task Running { get; }

    /// <summary>Completes when the other side has closed or reset the connection.</summary>
    public Task Gone => gone.Task;

    public RecordedRequest? Unfinished => Volatile.Read(ref begun) is { Length: > 0 } text ? new RecordedRequest { Connection = number, Head = text } : null;

    /// <summary>Closes it, whatever it is doing.</summary>
    public void Dispose() => stream.Dispose();

    public void Reset() => socket.Close(timeout: 0);

    public void FinishSending() => socket.Shutdown(SocketShutdown.Send);

    public async Task WriteAsync(byte[] bytes)
    {
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
    }

    private async Task PumpAsync(X509Certificate2? certificate)
    {
        try
        {
            if (stream is SslStream secure) await secure.AuthenticateAsServerAsync(certificate!);
            while (await stream.ReadAsync(received.Writer.GetMemory(16 * 1024)) is > 0 and var count)
            {
                received.Writer.Advance(count);
                await received.Writer.FlushAsync();
            }
        }
        catch (Exception end) when (end is IOException or AuthenticationException or ObjectDisposedException)
        {
            // A reset, a certificate that was not trusted, or our own close: the end either way.
        }
        gone.TrySetResult();
        await received.Writer.CompleteAsync();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (await ReadRequestAsync() is { } request)
            {
                owner.Record(request);
                var exchange = new UpstreamExchange(this, request);
                await owner.Answer(exchange);
                if (exchange.Ended) break;
            }
        }
        catch (Exception end) when (end is IOException or SocketException or ObjectDisposedException or FormatException or InvalidDataException)
        {
            // The proxy left, or sent what is no HTTP: the bytes stay visible as unfinished.
        }
        await stream.DisposeAsync();
    }

    private async Task<RecordedRequest?> ReadRequestAsync()
    {
        if (await ReadToAsync("\r\n\r\n", []) is not { } headBytes) return null;
        var head = Encoding.Latin1.GetString(headBytes)[..^4];
        var request = new RecordedRequest { Connection = number, Head = head };
        var body = owner.AnswersAtHead ? [] : await ReadBodyAsync(request, headBytes);
        if (body is null) return null;
        Volatile.Write(ref begun, null);
        return new RecordedRequest { Connection = number, Head = head, Body = body };
    }

    private async Task<byte[]?> ReadBodyAsync(RecordedRequest request, byte[] head)
    {
        if (request.Header("transfer-encoding") is null)
            return request.Header("content-length") is { } length
                ? await ReadAsync(int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture), head)
                : [];
        var body = new List<byte>();
        while (true)
        {
            if (await ReadToAsync("\r\n", head) is not { } line) return null;
            var size = int.Parse(Encoding.ASCII.GetString(line)[..^2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (await ReadAsync(size + 2, head) is not { } chunk) return null;
            if (size == 0) return [.. body];
            body.AddRange(chunk[..^2]);
        }
    }

    private Task<byte[]?> ReadToAsync(string end, byte[] before) => TakeAsync(before, bytes =>
        bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(end)) is >= 0 and var place ? place + end.Length : -1);

    private Task<byte[]?> ReadAsync(int count, byte[] before) =>
        count == 0 ? Task.FromResult<byte[]?>([]) : TakeAsync(before, bytes => bytes.Length >= count ? count : -1);

    private async Task<byte[]?> TakeAsync(byte[] before, Func<byte[], int> enough)
    {
        while (true)
        {
            var result = await received.Reader.ReadAsync();
            byte[] bytes = [.. System.Buffers.BuffersExtensions.ToArray(result.Buffer)];
            Volatile.Write(ref begun, Encoding.Latin1.GetString([.. before, .. bytes]));
            var count = enough(bytes);
            if (count >= 0)
            {
                received.Reader.AdvanceTo(result.Buffer.GetPosition(count));
                return bytes[..count];
            }
            received.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted) return null;
        }
    }
}
