using System.Net;
using System.Net.Sockets;
using Fabraix.Proxy.Tests.Configuration;
using Fabraix.Proxy.Tests.Tokens;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Commands;

/// <summary>Idle connections cost nothing to open. At the system's limit of open files the runtime ends the process, so the proxy must stop before.</summary>
public sealed class OpenFilesTests : IDisposable
{
    // (4096 - 512) / 2, and some more than that.
    private const int Files = 4_096;
    private const int Kept = 1_792;
    private const int Tried = 2_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Are_never_used_up_by_idle_connections()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs the limits of Linux.");
        await using var proxy = ProxyProcess.StartWithFiles(Files, ["--config", Complete(), "--urls", "http://127.0.0.1:0"]);
        var lowered = false;
        var line = "";
        while (!line.Contains("answers on", StringComparison.Ordinal))
        {
            line = Assert.IsType<string>(await proxy.ReadLineAsync());
            lowered |= line.Contains($"At most {Kept} connections", StringComparison.Ordinal);
        }

        Assert.True(lowered);
        var address = new Uri(line.Split(' ').First(word => word.StartsWith("http://", StringComparison.Ordinal)).TrimEnd(';'));
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < Tried; i++)
            {
                if (await ConnectAsync(address) is { } socket)
                    idle.Add(socket);
            }

            // Some are closed so fast that the connection is never seen.
            var reset = Tried - idle.Count;

            // What is too many is closed from the other side, the rest stays.
            await Bounds.UntilAsync(() => reset + idle.Count(IsClosed) >= Tried - Kept, "the close of what is too many");
            Assert.Equal(Tried - Kept, reset + idle.Count(IsClosed));
        }
        finally
        {
            idle.ForEach(socket => socket.Close(timeout: 0));
        }

        await Bounds.UntilAsync(() => AnswersAsync(address).GetAwaiter().GetResult(), "an answer after they have gone");
        await proxy.TerminateAsync();
        Assert.Equal(0, (await proxy.EndAsync()).ExitCode);
    }

    private static async Task<Socket?> ConnectAsync(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, address.Port).InTimeAsync("a connection");
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static bool IsClosed(Socket socket) => socket.Poll(0, SelectMode.SelectRead);

    private static async Task<bool> AnswersAsync(Uri address)
    {
        await using var client = await RawClient.ConnectAsync(address);
        await client.SendAsync(new RequestText("GET", "/none").With("Host", client.Host).ToString());
        try
        {
            return await client.TryReceiveAsync() is { Status: 404 };
        }
        catch (IOException)
        {
            return false;
        }
    }

    private string Complete()
    {
        var json = Sample.With("Fabraix:Keys:default:Secret", $"\"file:{_folder.Write("key", Made.ApiKey())}\"");
        json = Sample.With("Fabraix:Tokens:Issuers:main:Jwks", $"\"file:{_folder.Write("jwks.json", Jose.Jwks(Jose.Jwk("ES256")))}\"", json);
        return _folder.Write("my.json", Sample.With("Fabraix:Management:Url", "\"http://127.0.0.1:0\"", json));
    }
}
