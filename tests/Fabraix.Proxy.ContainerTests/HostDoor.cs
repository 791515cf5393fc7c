using System.Net;
using System.Net.Sockets;

namespace Fabraix.Proxy.ContainerTests;

/// <summary>
/// Lets containers reach a server of the test, which listens on loopback alone. Where the engine's network ends on this machine it relays from
/// the network's gateway; where the engine is in a virtual machine, that relays by itself, under a name of its own.
/// </summary>
internal sealed class HostDoor : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly TcpListener? listener;
    private readonly Task accepting;
    private readonly int port;

    private HostDoor(TcpListener? listener, string host, int port)
    {
        (this.listener, this.port) = (listener, port);
        Address = new Uri($"http://{host}:{(listener?.LocalEndpoint as IPEndPoint)?.Port ?? port}");
        accepting = listener is null ? Task.CompletedTask : AcceptAsync(listener);
    }

    /// <summary>The server, as a container names it.</summary>
    public Uri Address { get; }

    public static HostDoor To(Uri server, string gateway)
    {
        var listener = new TcpListener(IPAddress.Parse(gateway), 0);
        try
        {
            listener.Start();
            return new HostDoor(listener, gateway, server.Port);
        }
        catch (SocketException)
        {
            listener.Dispose();
            return new HostDoor(null, "host.docker.internal", server.Port);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener?.Dispose();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync(TcpListener from)
    {
        var relays = new List<Task>();
        try
        {
            while (true) relays.Add(RelayAsync(await from.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(TcpClient container)
    {
        try
        {
            using var near = container;
            using var far = new TcpClient();
            await far.ConnectAsync(IPAddress.Loopback, port, stopping.Token);
            // Whichever side ends first ends both.
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), stopping.Token), far.GetStream().CopyToAsync(near.GetStream(), stopping.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
        {
            // The one side's end is the other's.
        }
    }
}
