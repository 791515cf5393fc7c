using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HostFiltering;

namespace Fabraix.Sandbox;

/// <summary>One small Kestrel application on loopback; all parts of the sandbox but the proxy are made by this.</summary>
internal sealed class LoopbackApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoopbackApp(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>Binds and starts; a taken port becomes an error that names the option to set.</summary>
    public static async Task<LoopbackApp> StartAsync(string option, int port, Action<WebApplication> map, CancellationToken stop)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Kestrel cannot pick one free port for both loopback families at once.
            if (port == 0)
                kestrel.Listen(IPAddress.Loopback, 0);
            else
                kestrel.ListenLocalhost(port);
        });
        builder.Services.AddRoutingCore();
        // A page elsewhere whose name is made to resolve to loopback must not get at this: only loopback names are served.
        builder.Services.AddHostFiltering(o => o.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);

        var app = builder.Build();
        app.UseHostFiltering();
        map(app);
        try
        {
            await app.StartAsync(stop);
            return new(app);
        }
        catch (IOException busy) when (busy.InnerException is AddressInUseException)
        {
            await app.DisposeAsync();
            throw PortTaken(option, port, busy);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public static SandboxStartException PortTaken(string option, int port, Exception cause) =>
        new($"Port {port} is taken by another program. Set a free one with {option} (0 takes any).", cause);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
