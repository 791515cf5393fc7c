using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Stop;

/// <summary>
/// A balancer as Kubernetes has one: it hands each new connection to a replica that is ready, knows nothing of HTTP, and learns from a connection that
/// fails that a replica is gone before readiness tells.
/// </summary>
internal sealed class TcpBalancer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<int, Uri> replicas = new();
    private readonly ConcurrentDictionary<int, int> replicaOf = new();
    private readonly ConcurrentBag<Task> connections = [];
    private readonly Task accepting;
    private int turn;

    public TcpBalancer()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>The replica is ready.</summary>
    public void Add(int replica, Uri address) => replicas[replica] = address;

    public void Remove(int replica) => replicas.TryRemove(replica, out _);

    /// <summary>Which replica the client's port is connected with; -1 where with none yet.</summary>
    public int ReplicaOf(int clientPort) => replicaOf.GetValueOrDefault(clientPort, -1);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(connections).InTimeAsync("the balancer's connections");
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                connections.Add(BalanceAsync(await listener.AcceptSocketAsync(stop.Token)));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task BalanceAsync(Socket client)
    {
        using (client)
        {
            var port = ((IPEndPoint)client.RemoteEndPoint!).Port;
            using var server = await ConnectAsync(port);
            if (server is null) return;
            try
            {
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                await await Task.WhenAny(CopyAsync(client, server, ended.Token), CopyAsync(server, client, ended.Token));
                await ended.CancelAsync();
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // One of the two is gone: so is the connection.
            }
        }
    }

    private async Task<Socket?> ConnectAsync(int clientPort)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var (replica, address) in replicas.OrderBy(_ => Interlocked.Increment(ref turn) % 2))
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(IPAddress.Loopback, address.Port, stop.Token);
                    replicaOf[clientPort] = replica;
                    return socket;
                }
                catch (Exception e) when (e is SocketException or OperationCanceledException)
                {
                    socket.Dispose();
                    Remove(replica);
                }
            }

            await Task.Delay(5);
        }

        return null;
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken ended)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer, ended) is > 0 and var count) await to.SendAsync(buffer.AsMemory(0, count), ended);
    }
}
