using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Fabraix.TestKit;

/// <summary>
/// An HTTP/1.1 server on a bare socket: it records every byte it is sent and answers by script, so that it can misbehave in
/// ways that no server library allows.
/// </summary>
internal sealed class RecordingUpstream : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<RecordedRequest> requests = new();
    private readonly ConcurrentDictionary<int, UpstreamConnection> connections = new();
    private readonly Task accepting;
    private readonly X509Certificate2? certificate;
    private int connectionCount;

    private RecordingUpstream(X509Certificate2? certificate)
    {
        this.certificate = certificate;
        listener.Start(backlog: 1024);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Address = new Uri(certificate is null ? $"http://127.0.0.1:{port}" : $"https://localhost:{port}");
        accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>How each complete request is answered; a lawful JSON answer until a test says otherwise.</summary>
    public Func<UpstreamExchange, Task> Answer { get; set; } = DefaultAnswer;

    /// <summary>Answers as soon as the head is there, whatever body is still to come; the request is then recorded without one.</summary>
    public bool AnswersAtHead { get; set; }

    /// <summary>Requests whose last byte arrived.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. requests];

    public int RequestCount => requests.Count;

    /// <summary>What began and was not finished: on connections that have ended, and on those that still could go on.</summary>
    public IReadOnlyList<RecordedRequest> Unfinished => [.. connections.Values.Select(connection => connection.Unfinished).OfType<RecordedRequest>()];

    public int ConnectionCount => Volatile.Read(ref connectionCount);

    public static Func<UpstreamExchange, Task> DefaultAnswer { get; } =
        exchange => exchange.SendAsync(UpstreamAnswer.Json(200, """{"is_safe":true}"""));

    /// <param name="certificate">Makes it an https server, under the name localhost.</param>
    public static RecordingUpstream Start(X509Certificate2? certificate = null) => new(certificate);

    /// <summary>The only request so far; fails on none and on two.</summary>
    public RecordedRequest Only() =>
        requests.Count == 1 && requests.TryPeek(out var only) ? only : throw new InvalidDataException($"{requests.Count} requests came instead of one");

    public void Forget()
    {
        requests.Clear();
        Answer = DefaultAnswer;
        AnswersAtHead = false;
    }

    /// <summary>Takes no more connections: whoever comes is refused.</summary>
    public void StopListening() => listener.Stop();

    /// <summary>Closes every connection that waits for its next request, as a server does whose keep-alive time is over.</summary>
    public void DropConnections()
    {
        foreach (var connection in connections.Values) connection.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        DropConnections();
        await Task.WhenAll(connections.Values.Select(connection => connection.Running)).InTimeAsync("the upstream's end");
        stopping.Dispose();
        listener.Dispose();
    }

    internal void Record(RecordedRequest request) => requests.Enqueue(request);

    private async Task AcceptAsync()
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var socket = await listener.AcceptSocketAsync(stopping.Token);
                var number = Interlocked.Increment(ref connectionCount);
                connections[number] = new UpstreamConnection(this, number, socket, certificate);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The listener was stopped, perhaps between two connections.
        }
    }
}
