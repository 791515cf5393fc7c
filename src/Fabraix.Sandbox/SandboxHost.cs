using Fabraix.Sandbox.Admin;
using Fabraix.Sandbox.Demo;
using Fabraix.Sandbox.Issuer;
using Fabraix.Sandbox.StandIn;

namespace Fabraix.Sandbox;

// page            --token-->   proxy           --key-->   stand-in for Fabraix
// localhost:3000               localhost:8080             localhost:8090
//    ^ sign in                    ^ discovery, keys          ^ keys, misbehaviour
//    +------- issuer :8092 -------+                          +-- admin :8091, for a terminal

/// <summary>Starts every part in the order in which they need each other's address; a part that fails stops those before it.</summary>
internal static class SandboxHost
{
    public static async Task<RunningSandbox> StartAsync(SandboxOptions options, CancellationToken stop = default)
    {
        var sandbox = new RunningSandbox(options.Time);
        try
        {
            await StartAsync(sandbox, options, stop);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    private static async Task StartAsync(RunningSandbox s, SandboxOptions options, CancellationToken stop)
    {
        var a = s.Addresses;
        var standIn = new StandInApi(s.Keys, s.Seen, s.Misbehaviour, options.Time);
        a.Upstream = Local(await s.AddAsync("--upstream-port", options.UpstreamPort, standIn.Map, stop));
        var admin = new AdminApi(s.Keys, s.ProxyKey, s.Misbehaviour);
        a.Admin = Local(await s.AddAsync("--admin-port", options.AdminPort, admin.Map, stop));
        var issuer = new IssuerApi(a, s.Tokens);
        a.Issuer = Local(await s.AddAsync("--issuer-port", options.IssuerPort, issuer.Map, stop));
        var page = new PageApi(a, s.Keys, s.ProxyKey, s.Seen, s.Misbehaviour);
        a.Page = Local(await s.AddAsync("--page-port", options.PagePort, page.Map, stop));
        var foreign = new ForeignPageApi(a);
        a.Foreign = $"http://127.0.0.1:{await s.AddAsync("--foreign-port", options.ForeignPort, foreign.Map, stop)}";

        // Last: it fetches the issuer's keys and reads its own key as it starts, and both must be there.
        s.ProxyKey.Replace();
        s.Proxy = await ProxyRunner.StartAsync(options, a, s.KeyFile, stop);
        a.Proxy = Local(s.Proxy.PublicAddress.Port);
        a.Management = Local(s.Proxy.ManagementAddress.Port);
    }

    private static string Local(int port) => $"http://localhost:{port}";
}
