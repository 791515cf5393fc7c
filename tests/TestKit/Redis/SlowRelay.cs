using System.Net;
using System.Net.Sockets;

namespace Fabraix.TestKit.Redis;

/// <summary>Stands before a server on this machine and holds back its answers as long as a test wants.</summary>
internal sealed class SlowRelay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private long delay;

    private SlowRelay(int target)
    {
        listener.Start();
        accepting = AcceptAsync(target);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How long each piece of an answer is held back.</summary>
    public TimeSpan Delay
    {
        get => new(Volatile.Read(ref delay));
        set => Volatile.Write(ref delay, value.Ticks);
    }

    public static SlowRelay Start(int target) => new(target);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting.InTimeAsync("the relay's end");
        stop.Dispose();
    }

    private async Task AcceptAsync(int target)
    {
        var relayed = new List<Task>();
        try
        {
            while (true) relayed.Add(RelayAsync(await listener.AcceptTcpClientAsync(stop.Token), target));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relayed);
        }
    }

    private async Task RelayAsync(TcpClient client, int target)
    {
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, target, stop.Token);
            await Task.WhenAny(PumpAsync(near.GetStream(), far.GetStream(), slow: false), PumpAsync(far.GetStream(), near.GetStream(), slow: true));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            // One side is gone; the other one is closed with it.
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool slow)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await from.ReadAsync(buffer, stop.Token) is > 0 and var count)
            {
                if (slow && Delay > TimeSpan.Zero) await Task.Delay(Delay, stop.Token);
                await to.WriteAsync(buffer.AsMemory(0, count), stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // As above.
        }
    }
}
