using System.Net;
using System.Net.Sockets;

namespace Fabraix.Proxy.Tests.Commands;

internal static class Ports
{
    /// <summary>A loopback port on which nobody listens: it was somebody's a moment ago, and the system gives it to nobody else so soon.</summary>
    public static int Closed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
