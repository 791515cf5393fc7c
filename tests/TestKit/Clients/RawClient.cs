using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Fabraix.TestKit;

/// <summary>One TCP (or TLS) connection on which a test sends exactly the bytes it means, and reads HTTP/1.1 answers strictly.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly Socket socket;
    private readonly Stream stream;
    private readonly ResponseReader reader;

    private RawClient(Socket socket, Stream stream, Uri address)
    {
        this.socket = socket;
        this.stream = stream;
        Host = address.Authority;
        reader = new ResponseReader(stream, Capture.Process);
    }

    /// <summary>What an honest client writes as Host.</summary>
    public string Host { get; }

    /// <summary>The client's own port, by which a server tells its connections apart.</summary>
    public int LocalPort => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>True once a send failed because the server had closed; what it had answered before can still be read.</summary>
    public bool SendFailed { get; private set; }

    public static async Task<RawClient> ConnectAsync(Uri address, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null) socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, address.Port).InTimeAsync("connection to the server");
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (address.Scheme == Uri.UriSchemeHttps) stream = await SecureAsync(stream, "http/1.1");
        return new RawClient(socket, stream, address);
    }

    /// <summary>TLS with a server whose certificate was made a moment ago by the test itself; the certificate's trust is not what is tested.</summary>
    public static async Task<SslStream> SecureAsync(Stream inner, string protocol)
    {
        var secure = new SslStream(inner, leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.None,
            ApplicationProtocols = [new SslApplicationProtocol(protocol)],
        }).InTimeAsync("TLS handshake");
        return secure;
    }

    public Task SendAsync(string latin1) => SendAsync(Encoding.Latin1.GetBytes(latin1));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await stream.WriteAsync(bytes).AsTask().InTimeAsync("sending of a request");
            await stream.FlushAsync().InTimeAsync("sending of a request");
        }
        catch (IOException)
        {
            SendFailed = true;
        }
    }

    /// <summary>The next final answer. <paramref name="toHead"/>: the request was a HEAD, whose answer has no body whatever it says.</summary>
    public async Task<RawResponse> ReceiveAsync(bool toHead = false) =>
        await TryReceiveAsync(toHead) ?? throw new IOException("The server closed the connection without an answer");

    /// <summary>The next final answer, or null when the server closed before a byte of it.</summary>
    public Task<RawResponse?> TryReceiveAsync(bool toHead = false) => reader.ReadAsync(toHead).InTimeAsync("an answer");

    /// <summary>Only the head of the next answer; the body is then read with <see cref="ReceivePieceAsync"/>.</summary>
    public Task<RawResponse> ReceiveHeadAsync() => reader.ReadHeadAsync().InTimeAsync("the head of an answer");

    /// <summary>The next bytes as they arrive on the connection, transfer coding included; empty when the server has closed.</summary>
    public Task<byte[]> ReceivePieceAsync() => reader.ReadPieceAsync().InTimeAsync("more of an answer");

    /// <summary>Waits until the server closes, and says what came before that; fails when it does not close.</summary>
    /// <param name="within">Where the close itself takes longer than a test otherwise waits.</param>
    public Task<byte[]> ReceiveToCloseAsync(TimeSpan? within = null) => reader.ReadToEndAsync().InTimeAsync("the server's close", within);

    /// <summary>Sends and reads one answer.</summary>
    public async Task<RawResponse> AskAsync(string request)
    {
        await SendAsync(request);
        return await ReceiveAsync(toHead: request.StartsWith("HEAD ", StringComparison.Ordinal));
    }

    /// <summary>A half close: no more bytes will come from here, answers still may.</summary>
    public void FinishSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Gone without a goodbye, as a browser's tab that is closed.</summary>
    public void Abort() => socket.Close(timeout: 0);

    /// <summary>Makes the close a reset, so that 100,000 connections leave no ports in TIME_WAIT.</summary>
    public void LeaveNoTrace() => socket.LingerState = new LingerOption(enable: true, seconds: 0);

    public async ValueTask DisposeAsync()
    {
        reader.Dispose();
        try
        {
            await stream.DisposeAsync();
        }
        catch (IOException)
        {
            // TLS writes its goodbye to a server that may have closed already.
        }
        socket.Dispose();
    }
}
