using System.Diagnostics.Metrics;
using System.Net;
using Fabraix.Proxy.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fabraix.Proxy.Edge;

/// <summary>
/// Decides, before TLS and before a byte is read, whether one more connection is kept: within what the machine carries, and
/// from one address (an IPv6 /64) no more than a tenth of that. What is too many is closed at once and counted.
/// </summary>
internal sealed partial class ConnectionLimits
{
    // A household or an office shares an address; a browser opens six connections.
    private const int LeastPerAddress = 16;

    private readonly Dictionary<AddressKey, int> _open = [];
    private readonly Lock _lock = new();
    private readonly ILogger<ConnectionLimits> _log;
    private readonly int _most;
    private volatile EdgeOptions _edge;
    private long _refused;
    private int _warned;

    public ConnectionLimits(EdgeOptions edge, int most, ProxyMetrics metrics, ILogger<ConnectionLimits> log)
    {
        (_edge, _most, _log) = (edge, most, log);
        metrics.Tally("fabraix.proxy.connections.refused", "{connection}", "Connections closed at once, since their address had too many.", () => [new Measurement<long>(Interlocked.Read(ref _refused))]);
    }

    internal int PerAddress => Math.Max(LeastPerAddress, _most / 10);

    /// <summary>Goes by another configuration's proxies; connections that are open stay.</summary>
    public void Trust(EdgeOptions edge) => _edge = edge;

    public void Apply(KestrelServerOptions server)
    {
        if (_most < ConnectionCap.Most)
            Log.Lowered(_log, _most, ConnectionCap.Most);
        server.Limits.MaxConcurrentConnections = _most;
        server.ConfigureEndpointDefaults(listen => listen.Use(Guard));
    }

    internal ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (address is null || IsExempt(address))
        {
            await next(connection);
            return;
        }

        var key = AddressKey.Of(address);
        if (!TryEnter(key))
        {
            Interlocked.Increment(ref _refused);
            if (Interlocked.Exchange(ref _warned, 1) == 0)
                Log.TooMany(_log, PerAddress);
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(key);
        }
    };

    // A trusted proxy brings everybody's connections. So does one on this machine, trusted or not; nobody elsewhere can come from
    // a loopback address, and who is on this machine can do worse.
    private bool IsExempt(IPAddress address)
    {
        var plain = TrustedNetworks.Plain(address);
        return IPAddress.IsLoopback(plain) || _edge.TrustedProxies.Any(network => network.Contains(plain));
    }

    private bool TryEnter(AddressKey key)
    {
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(key);
            if (open >= PerAddress)
                return false;
            _open[key] = open + 1;
            return true;
        }
    }

    private void Leave(AddressKey key)
    {
        lock (_lock)
        {
            // Who has none open is not remembered: the table never holds more than the connections there are.
            if (_open[key] == 1)
                _open.Remove(key);
            else
                _open[key]--;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.ConnectionsLowered, LogLevel.Warning, "At most {Most} connections are kept at once instead of {Usual}: the process may not open more files, or has little memory. Raise its limit of open files (ulimit -n) or its memory.")]
        public static partial void Lowered(ILogger logger, int most, int usual);

        [LoggerMessage(EventIds.TooManyFromOneAddress, LogLevel.Warning, "One address has {Most} connections open; more of it are closed at once, and counted in fabraix.proxy.connections.refused. If it is a proxy of yours, set its network in Fabraix:Edge:TrustedProxies.")]
        public static partial void TooMany(ILogger logger, int most);
    }
}
