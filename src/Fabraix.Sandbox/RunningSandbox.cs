using Fabraix.Proxy;
using Fabraix.Sandbox.Issuer;
using Fabraix.Sandbox.StandIn;

namespace Fabraix.Sandbox;

/// <summary>A started sandbox: every address, and the in-process handles that tests turn.</summary>
internal sealed class RunningSandbox : IAsyncDisposable
{
    private readonly List<LoopbackApp> _apps = [];

    public RunningSandbox(TimeProvider time)
    {
        ProxyKey = new(Keys, KeyFile);
        Seen = new(Keys);
        Tokens = new(Addresses, time);
    }

    public SandboxAddresses Addresses { get; } = new();

    public StandInKeys Keys { get; } = new();

    public KeyFile KeyFile { get; } = new();

    /// <summary>Which key the proxy holds: revoke it, replace it, or hand it another.</summary>
    public ProxyKey ProxyKey { get; }

    public SeenRequests Seen { get; }

    public Misbehaviour Misbehaviour { get; } = new();

    public TokenMaker Tokens { get; }

    public RunningProxy? Proxy { get; set; }

    public async Task<int> AddAsync(string option, int port, Action<WebApplication> map, CancellationToken stop)
    {
        var app = await LoopbackApp.StartAsync(option, port, map, stop);
        _apps.Add(app);
        return app.Port;
    }

    /// <summary>The proxy first, so that it drains while its upstream still answers; the secret file last.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Proxy is not null)
        {
            await Proxy.StopAsync(CancellationToken.None);
            await Proxy.DisposeAsync();
        }

        foreach (var app in Enumerable.Reverse(_apps))
            await app.DisposeAsync();
        Tokens.Dispose();
        KeyFile.Dispose();
    }
}
