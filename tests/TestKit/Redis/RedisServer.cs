using System.Net;
using System.Net.Sockets;

namespace Fabraix.TestKit.Redis;

/// <summary>Debian's redis-server on a free port of 127.0.0.1, with its data in a folder of its own. It keeps nothing on disk, and dies with the test.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder;
    private readonly string[] arguments;
    private readonly bool tls;
    private readonly string? password;
    private RedisProcess process;

    private RedisServer(DirectoryInfo folder, int port, RedisSetup setup, RedisProcess process)
    {
        (this.folder, this.process, arguments, tls, password) = (folder, process, setup.Arguments, setup.Tls, setup.Password);
        Port = port;
    }

    public int Port { get; }

    public string Host => tls ? "localhost" : "127.0.0.1";

    /// <summary>For <c>Fabraix:RateLimits:Store</c>.</summary>
    public string Store => tls ? $"redis:{Host}:{Port},ssl=true,caFile={AuthorityFile}" : $"redis:{Host}:{Port}";

    /// <summary>The authority of its certificate, where it speaks TLS.</summary>
    public string AuthorityFile => Path.Combine(folder.FullName, RedisSetup.AuthorityFile);

    /// <summary>A free folder for what a test needs beside it, such as a file with a password.</summary>
    public string File(string name) => Path.Combine(folder.FullName, name);

    public static Task<RedisServer> StartAsync(params string[] lines) => StartAsync(new RedisSetup { Lines = lines });

    /// <summary>Starts it, with another port where somebody was faster. Where there is none the test is skipped, and in CI fails.</summary>
    public static async Task<RedisServer> StartAsync(RedisSetup setup)
    {
        RedisProcess.SkipWhereMissing();
        var folder = Directory.CreateTempSubdirectory("fabraix-redis-");
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            setup.Write(folder, port, FreePort());
            if (await RedisProcess.StartAsync(folder, setup.Arguments) is { } process)
            {
                var server = new RedisServer(folder, port, setup, process);
                await setup.BeginAsync(server);
                return server;
            }
            if (attempt == 5) throw new IOException("redis-server found no free port in five attempts.");
        }
    }

    /// <summary>Runs one command by redis-cli and returns what it says; an error is an exception.</summary>
    public async Task<string> CommandAsync(params string[] command)
    {
        string[] secure = tls ? ["--tls", "--cacert", AuthorityFile] : [];
        var (exitCode, output) = await RedisProcess.RunAsync("redis-cli", ["-e", "-h", Host, "-p", Port.ToString(), .. secure, .. command], password);
        return exitCode == 0 ? output.Trim() : throw new InvalidOperationException(output.Trim());
    }

    /// <summary>SIGSTOP: connections stay open, and nothing answers.</summary>
    public Task SuspendAsync() => process.SignalAsync("STOP");

    public Task ResumeAsync() => process.SignalAsync("CONT");

    public Task KillAsync() => process.KillAsync();

    /// <summary>Starts it again on the same port after <see cref="KillAsync"/>, or ends it before; it has forgotten everything.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        process = await RedisProcess.StartAsync(folder, arguments) ?? throw new IOException("The port of redis-server was taken meanwhile.");
    }

    public Task FlushAsync() => CommandAsync("FLUSHALL");

    /// <summary>Makes it a replica of a primary that does not exist, so that it only reads, or a primary again.</summary>
    public Task ReadOnlyAsync(bool on) => on ? CommandAsync("REPLICAOF", "127.0.0.1", "1") : CommandAsync("REPLICAOF", "NO", "ONE");

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
