using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Edge;

/// <summary>How many connections are kept: of all together, and of one address that is neither this machine's own nor a trusted proxy's.</summary>
public sealed class ConnectionLimitTests : IAsyncDisposable
{
    private readonly List<Socket> open = [];
    private int reset;

    public ValueTask DisposeAsync()
    {
        open.ForEach(socket => socket.Dispose());
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Closes_what_all_together_have_too_many_of(bool tls)
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => (setup.Connections, setup.Tls) = (30, tls));

        await OpenAsync(new IPEndPoint(IPAddress.Loopback, proxy.Address.Port), 35);

        await AssertClosedAsync(5);
    }

    [Theory]
    [InlineData(null, 14)]
    [InlineData("10.255.255.0/24", 14)]
    [InlineData("", 0)]
    public async Task Closes_what_one_address_has_too_many_of_unless_it_is_trusted(string? trusted, int closed)
    {
        var own = Own();
        Assert.SkipWhen(own is null, "Needs a network besides loopback.");
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Connections = 100;
            setup.Settings["Kestrel:Endpoints:Public:Url"] = $"http://{own}:0";
            if (trusted is not null) setup.Settings["Fabraix:Edge:TrustedProxies:0"] = trusted.Length == 0 ? $"{own}/32" : trusted;
        });

        await OpenAsync(new IPEndPoint(own!, proxy.Address.Port), 30);

        await AssertClosedAsync(closed);
    }

    private static IPAddress? Own() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));

    private async Task OpenAsync(IPEndPoint at, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            open.Add(socket);
            try
            {
                await socket.ConnectAsync(at).InTimeAsync("connection to the server");
            }
            catch (SocketException)
            {
                // Closed so fast that the connection was never seen.
                reset++;
                open.Remove(socket);
            }
        }
    }

    private async Task AssertClosedAsync(int count)
    {
        await Bounds.UntilAsync(() => reset + open.Count(IsClosed) >= count, "the close of what is too many");
        Assert.Equal(count, reset + open.Count(IsClosed));
    }

    private static bool IsClosed(Socket socket) => socket.Poll(0, SelectMode.SelectRead);
}
