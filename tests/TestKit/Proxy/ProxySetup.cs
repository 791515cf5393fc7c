using System.Text.Json;
using Fabraix.Proxy.Secrets;
using Microsoft.Extensions.Logging;

namespace Fabraix.TestKit;

/// <summary>What a proxy under test is started with; a test changes it before the start.</summary>
internal sealed class ProxySetup : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-proxy-");
    private readonly List<IAsyncDisposable> owned = [];
    private RecordingUpstream? upstream;
    private TestIssuer? issuer;

    /// <summary>Configuration over the defaults; null takes a default away.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>One of its own unless it is set: a shared one is not stopped with the proxy.</summary>
    public RecordingUpstream Upstream
    {
        get => upstream ??= Own(RecordingUpstream.Start());
        set => upstream = value;
    }

    public TestIssuer Issuer
    {
        get => issuer ??= Own(new TestIssuer(Time));
        set => issuer = value;
    }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>What stores take from the process; a test leads them to a fake by it.</summary>
    public StoreContext Stores { get; set; } = new();

    /// <summary>Most bytes of request bodies in memory together; what the machine allows where it is null.</summary>
    public long? BodyMemory { get; set; }

    /// <summary>Most connections at once; what the machine carries where it is null.</summary>
    public int? Connections { get; set; }

    /// <summary>By what the windows of limits are shorter than a minute and an hour.</summary>
    public int WindowsShorter { get; set; } = 1;

    /// <summary>Where it listens unless an endpoint is configured.</summary>
    public string Urls { get; set; } = "http://127.0.0.1:0";

    public string ApiKey { get; set; } = Made.ApiKey();

    /// <summary>Reads the configuration from a mounted file, and follows it.</summary>
    public bool Reloads { get; set; }

    /// <summary>Serves HTTP/1.1 and HTTP/2 over TLS, with a certificate made for this run.</summary>
    public bool Tls { get; set; }

    /// <summary>What is captured of the logs; less than all only where a test sends so much that it would be slow.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Trace;

    public LogSpy Logs { get; } = new(Capture.Process);

    /// <summary>Where the configuration is mounted, for a proxy that takes in its changes; null where it has none.</summary>
    public MountedVolume? Mounted { get; private set; }

    public string KeyFile => Path.Combine(folder.FullName, "api-key");

    public Dictionary<string, string?> Complete()
    {
        File.WriteAllText(KeyFile, ApiKey);
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["AllowedHosts"] = "*",
            ["Fabraix:Upstream:Address"] = Upstream.Address.GetLeftPart(UriPartial.Authority),
            ["Fabraix:Keys:default:Secret"] = "file:" + KeyFile,
            // Far above what a test sends, but where limits are its subject.
            ["Fabraix:Keys:default:Quota:PerMinute"] = "100000000",
            ["Fabraix:Keys:default:Quota:PerHour"] = "100000000",
            ["Fabraix:RateLimits:PerUser:PerMinute"] = "100000000",
            ["Fabraix:RateLimits:PerUser:PerHour"] = "1000000000",
            ["Fabraix:RateLimits:InFlight:Total"] = "100000",
            ["Fabraix:RateLimits:InFlight:PerUser"] = "100000",
            ["Fabraix:Tokens:Issuers:main:Issuer"] = Issuer.Name,
            ["Fabraix:Tokens:Issuers:main:Audiences:0"] = Issuer.Audience,
            ["Fabraix:Tokens:Issuers:main:Jwks"] = "file:" + Issuer.JwksFile,
            ["Fabraix:Browser:Origins:0"] = ProxyUnderTest.Origin,
            ["Fabraix:Management:Url"] = "http://127.0.0.1:0",
        };
        Route(all, "register-agent-run", "run:write", 65536);
        Route(all, "event", "event:write", 262144);
        Route(all, "check", "check:write", 262144);
        if (Tls)
        {
            all["Kestrel:Endpoints:Public:Url"] = "https://127.0.0.1:0";
            all["Kestrel:Endpoints:Public:Certificate:Path"] = SelfSigned.WriteTo(folder);
        }
        foreach (var (name, value) in Settings)
            if (value is null) all.Remove(name);
            else all[name] = value;
        return all;
    }

    /// <summary>Has the configuration come from a mounted file that can change.</summary>
    public void Mount(IReadOnlyDictionary<string, string?> settings) => Mounted = new MountedVolume("appsettings.json", JsonSerializer.Serialize(settings));

    public async ValueTask DisposeAsync()
    {
        foreach (var one in owned) await one.DisposeAsync();
        folder.Delete(recursive: true);
        Mounted?.Dispose();
    }

    private static void Route(Dictionary<string, string?> all, string name, string scope, int maxBytes)
    {
        var route = "Fabraix:Routes:" + name;
        all[route + ":Method"] = "POST";
        all[route + ":Path"] = "/v1/" + name;
        all[route + ":Scope"] = scope;
        all[route + ":Key"] = "default";
        all[route + ":Body:MaxBytes"] = maxBytes.ToString();
    }

    private T Own<T>(T one) where T : IAsyncDisposable
    {
        owned.Add(one);
        return one;
    }
}
