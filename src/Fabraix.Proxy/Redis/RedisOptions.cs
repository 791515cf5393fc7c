using System.Net;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tls;
using StackExchange.Redis;

namespace Fabraix.Proxy.Redis;

/// <summary>The Redis that all replicas share: <c>Fabraix:RateLimits:Store</c> and <c>StorePassword</c>. There is none where the store is memory.</summary>
internal sealed record RedisOptions
{
    /// <summary>Longest wait for a connection. A handshake that hangs is begun anew after it.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Servers of one Redis, of one Cluster, or with <see cref="ServiceName"/> its Sentinels. At least one.</summary>
    public required IReadOnlyList<(string Host, int Port)> Hosts { get; init; }

    /// <summary><c>ssl</c>: TLS. Default false; without it whoever is on the way reads and forges what replicas tell each other.</summary>
    public bool Ssl { get; init; }

    /// <summary><c>sslHost</c>: the name in the certificate, where it is not the host's.</summary>
    public string? SslHost { get; init; }

    /// <summary><c>caFile</c>: the only authorities, from a PEM file. Default those of the system.</summary>
    public AuthorityFile? Authority { get; init; }

    /// <summary><c>user</c>: an ACL user. Default Redis' own user <c>default</c>.</summary>
    public string? User { get; init; }

    /// <summary><c>serviceName</c>: the name under which Sentinels know the Redis. Default none: the hosts are Redis itself.</summary>
    public string? ServiceName { get; init; }

    /// <summary><c>defaultDatabase</c>: from 0 to 1023; a Cluster has only 0, which is the default.</summary>
    public int Database { get; init; }

    /// <summary><c>prefix</c>: what keys and channels begin with, in braces. Replicas with the same one count together. Default <c>fabraix</c>.</summary>
    public string Prefix { get; init; } = "fabraix";

    /// <summary>Where the password is kept. Default none.</summary>
    public SecretReference? Password { get; init; }

    /// <summary>Whether nothing leaves the machine.</summary>
    public bool IsLoopback => Hosts.All(host => host.Host == "localhost" || (IPAddress.TryParse(host.Host, out var address) && IPAddress.IsLoopback(address)));

    /// <summary>Reads both keys of <c>RateLimits</c>; null where the store is memory, or a mistake.</summary>
    public static RedisOptions? Read(SectionReader section)
    {
        var password = section.Text("StorePassword") is { } text
            ? SecretSetting.Judge(section, "StorePassword", text, "Set a reference such as file:/var/run/secrets/fabraix/redis-password, never the password itself.")
            : null;
        var store = section.Text("Store");
        if (store?.StartsWith(RedisText.Scheme, StringComparison.Ordinal) is true)
            return RedisText.Read(section, "Store", store) is { } options ? options with { Password = password } : null;
        if (store?.StartsWith("rediss:", StringComparison.Ordinal) is true)
            section.Mistake("Store", "is a URL, which may hold a password.", "Set redis:host:port,ssl=true,user=NAME, the password's reference in StorePassword, and change a password that stood here.");
        else if (store is not (null or "memory"))
            section.Mistake("Store", "is not a known store.", "Set memory, or redis:host:port (docs/redis.md).");
        else if (password is not null)
            section.Warn("StorePassword", "has no effect: the store is memory.", "Set Store to redis:host:port, or remove it.");
        return null;
    }

    /// <summary>What the library connects with.</summary>
    public ConfigurationOptions ToConfiguration(string? password)
    {
        var options = new ConfigurationOptions
        {
            ClientName = "fabraix-proxy",
            User = User,
            Password = password,
            ServiceName = ServiceName,
            DefaultDatabase = Database,
            Ssl = Ssl,
            SslHost = SslHost,
            ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds,
            ConnectRetry = 1,
            AsyncTimeout = 1000,
            AbortOnConnectFail = false,

            // Nothing waits for a connection to come back: a request is decided without Redis.
            BacklogPolicy = BacklogPolicy.FailFast,

            // Keys and channels of the library's own would need rights of their own.
            TieBreaker = "",
            ConfigurationChannel = "",
            SetClientLibrary = false,
            CommandMap = CommandMap.Create(["CONFIG"], available: false),
            IncludeDetailInExceptions = false,
            IncludePerformanceCountersInExceptions = false,
        };
        foreach (var (host, port) in Hosts)
            options.EndPoints.Add(host, port);
        if (Authority is { } authority)
        {
            authority.Load();
            options.CertificateValidation += authority.Accepts;
        }

        return options;
    }
}
