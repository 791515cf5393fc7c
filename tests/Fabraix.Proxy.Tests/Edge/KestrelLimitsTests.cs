using Fabraix.Proxy.Edge;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fabraix.Proxy.Tests.Edge;

/// <summary>What the platform leaves off or sets too high, and no test over the wire can wait for or open so often.</summary>
public sealed class KestrelLimitsTests
{
    private readonly KestrelServerOptions _server = new();

    public KestrelLimitsTests() => KestrelLimits.Apply(_server, largestBody: 262_144);

    [Fact]
    public void Caps_streams_and_upgrades_no_connection()
    {
        Assert.Equal(0, _server.Limits.MaxConcurrentUpgradedConnections);
        Assert.InRange(_server.Limits.Http2.MaxStreamsPerConnection, 1, 100);
    }

    [Fact]
    public void Waits_for_nobody_without_a_bound()
    {
        Assert.InRange(_server.Limits.RequestHeadersTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.InRange(_server.Limits.KeepAliveTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        Assert.InRange(_server.Limits.Http2.KeepAlivePingDelay, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Assert.InRange(_server.Limits.Http2.KeepAlivePingTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        Assert.True(_server.Limits.MinRequestBodyDataRate is { BytesPerSecond: >= 1024 } up && up.GracePeriod <= TimeSpan.FromSeconds(5));
        Assert.True(_server.Limits.MinResponseDataRate is { BytesPerSecond: >= 240 } down && down.GracePeriod <= TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Reads_a_head_of_16_KiB_and_buffers_little()
    {
        Assert.Equal(16 * 1024, _server.Limits.MaxRequestHeadersTotalSize);
        Assert.InRange(_server.Limits.MaxRequestLineSize, 1024, 16 * 1024);
        Assert.InRange(_server.Limits.MaxResponseBufferSize ?? long.MaxValue, 1, 64 * 1024);
        Assert.False(_server.AddServerHeader);
    }

    [Fact]
    public void Leaves_room_for_a_body_in_the_smallest_chunks() => Assert.InRange(_server.Limits.MaxRequestBodySize ?? long.MaxValue, 262_144 * 6, 262_144 * 10);
}
