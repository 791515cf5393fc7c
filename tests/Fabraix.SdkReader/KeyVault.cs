using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace Fabraix.SdkReader;

/// <summary>DefaultAzureCredential: of all that it tries, a workload identity is what the environment offers. Names are sent to ports of this machine.</summary>
internal static class KeyVault
{
    public static async Task<JsonObject> ReadAsync(Uri vault, string name, string[] routes)
    {
        var ports = routes.Select(route => route.Split('=')).ToDictionary(route => route[0], route => int.Parse(route[1]));
        using var handler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = (context, stop) => ConnectAsync(ports[context.DnsEndPoint.Host], stop) };
        using var http = new HttpClient(handler);
        var transport = new HttpClientTransport(http);
        var identity = new DefaultAzureCredential(new DefaultAzureCredentialOptions { Transport = transport });
        var secret = (await new SecretClient(vault, identity, new SecretClientOptions { Transport = transport }).GetSecretAsync(name)).Value;
        return new JsonObject { ["value"] = secret.Value, ["version"] = secret.Properties.Version };
    }

    private static async ValueTask<Stream> ConnectAsync(int port, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), stop);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
