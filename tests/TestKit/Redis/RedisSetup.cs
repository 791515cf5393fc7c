using System.Security.Cryptography.X509Certificates;

namespace Fabraix.TestKit.Redis;

/// <summary>How a <see cref="RedisServer"/> is started.</summary>
internal sealed class RedisSetup
{
    public const string AuthorityFile = "ca.pem";
    private const string ConfigurationFile = "redis.conf";

    /// <summary>Lines of configuration besides the usual ones.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>Speaks TLS alone, with a certificate made for this run.</summary>
    public bool Tls { get; init; }

    /// <summary>Is a Cluster of one node, which has all slots.</summary>
    public bool Cluster { get; init; }

    /// <summary>Asks everybody for this password.</summary>
    public string? Password { get; init; }

    /// <summary>Is no Redis but a Sentinel that watches one under this name.</summary>
    public (string Name, RedisServer Watched)? Sentinel { get; init; }

    public string[] Arguments => Sentinel is null ? [ConfigurationFile] : [ConfigurationFile, "--sentinel"];

    public void Write(DirectoryInfo folder, int port, int otherPort)
    {
        List<string> all = [.. Tls ? ["port 0", $"tls-port {port}", "tls-cert-file cert.pem", "tls-key-file key.pem", $"tls-ca-cert-file {AuthorityFile}", "tls-auth-clients no"] : (string[])[$"port {port}"]];
        all.AddRange(["bind 127.0.0.1", $"dir {folder.FullName}", "protected-mode no"]);
        if (Sentinel is { } sentinel) all.AddRange([$"sentinel monitor {sentinel.Name} 127.0.0.1 {sentinel.Watched.Port} 1", $"sentinel down-after-milliseconds {sentinel.Name} 500"]);
        else all.AddRange(["save \"\"", "appendonly no", "databases 16"]);
        if (Cluster) all.AddRange(["cluster-enabled yes", $"cluster-port {otherPort}"]);
        if (Password is not null) all.Add($"requirepass {Password}");
        if (Tls) WriteCertificate(folder);
        System.IO.File.WriteAllLines(Path.Combine(folder.FullName, ConfigurationFile), all.Concat(Lines));
    }

    /// <summary>Does what a fresh one needs before it can be used.</summary>
    public async Task BeginAsync(RedisServer server)
    {
        if (!Cluster) return;
        await server.CommandAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        await Bounds.UntilAsync(async () => (await server.CommandAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal), "the Cluster's slots");
    }

    private static void WriteCertificate(DirectoryInfo folder)
    {
        using var certificate = SelfSigned.Make("localhost", "127.0.0.1");
        using var key = certificate.GetECDsaPrivateKey()!;
        System.IO.File.WriteAllText(Path.Combine(folder.FullName, AuthorityFile), certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(Path.Combine(folder.FullName, "cert.pem"), certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(Path.Combine(folder.FullName, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
