using System.Diagnostics.Metrics;
using System.Net;
using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tests.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Fabraix.Proxy.Tests.Edge;

public sealed class ConnectionLimitsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ProxyMetrics _metrics;
    private readonly LogLines<ConnectionLimits> _log = new();
    private readonly TaskCompletionSource _end = new();

    public ConnectionLimitsTests() => _metrics = new ProxyMetrics(_services.GetRequiredService<IMeterFactory>());

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
    }

    [Theory]
    [InlineData(10_000, 1_000)]
    [InlineData(1_792, 179)]
    [InlineData(100, 16)]
    public void Give_one_address_a_tenth(int most, int each) => Assert.Equal(each, Limits(most).PerAddress);

    [Theory]
    [InlineData(10_000)]
    [InlineData(256, 1201)]
    public void Cap_all_of_the_server_and_warn_where_they_are_fewer_than_usual(int most, params int[] warned)
    {
        var server = new KestrelServerOptions();

        Limits(most).Apply(server);

        Assert.Equal(most, server.Limits.MaxConcurrentConnections);
        Assert.Equal(warned, _log.Ids);
    }

    [Fact]
    public void Close_what_one_address_has_too_many_of_and_nobody_elses()
    {
        var guard = Limits(20).Guard(_ => _end.Task);

        Assert.Equal(16, Enumerable.Range(0, 40).Count(_ => Stays(guard, "203.0.113.7")));
        Assert.True(Stays(guard, "203.0.113.8"));
        Assert.True(Stays(guard, "2001:db8::1"));
    }

    [Theory]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:1.2.3.4", "1.2.3.4")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::9")]
    public void Count_as_one_what_one_subscriber_has(string one, string other)
    {
        var guard = Limits(20).Guard(_ => _end.Task);
        for (var i = 0; i < 16; i++)
            Stays(guard, one);

        Assert.False(Stays(guard, other));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("::ffff:10.1.2.3")]
    public void Do_not_count_a_proxy_in_front(string address)
    {
        var guard = Limits(20).Guard(_ => _end.Task);

        Assert.All(Enumerable.Range(0, 40), _ => Assert.True(Stays(guard, address)));
    }

    [Fact]
    public async Task Take_the_address_again_once_it_has_closed()
    {
        var open = true;
        var guard = Limits(20).Guard(_ => open ? _end.Task : Task.FromException(new IOException("The client is gone.")));
        var kept = Enumerable.Range(0, 16).Select(_ => guard(From("203.0.113.7"))).ToList();
        Assert.False(Stays(guard, "203.0.113.7"));

        _end.SetResult();
        await Task.WhenAll(kept);

        // One that fails gives its place back, too.
        open = false;
        for (var i = 0; i < 40; i++)
            await Assert.ThrowsAsync<IOException>(() => guard(From("203.0.113.7")));
    }

    [Fact]
    public void Count_what_they_close_and_warn_once_without_an_address()
    {
        var refused = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "fabraix.proxy.connections.refused" && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => refused += tags.Length == 0 ? value : 0);
        listener.Start();
        var guard = Limits(20).Guard(_ => _end.Task);

        for (var i = 0; i < 20; i++)
            Stays(guard, "203.0.113.7");

        listener.RecordObservableInstruments();
        Assert.Equal(4, refused);
        Assert.Equal([1202], _log.Ids);
        Assert.DoesNotContain("203.0.113.7", _log.Lines.Single(), StringComparison.Ordinal);
    }

    private static bool Stays(ConnectionDelegate guard, string address) => !guard(From(address)).IsCompleted;

    private static DefaultConnectionContext From(string address) => new() { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 40_000) };

    private ConnectionLimits Limits(int most) => new(new EdgeOptions { TrustedProxies = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8:f000::/36")] }, most, _metrics, _log);
}
