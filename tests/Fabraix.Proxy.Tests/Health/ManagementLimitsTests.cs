using Fabraix.Proxy.Health;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fabraix.Proxy.Tests.Health;

/// <summary>Backends, scrapes and the liveness probe share one listener's connections.</summary>
public sealed class ManagementLimitsTests
{
    [Fact]
    public void Holds_many_connections_and_none_of_them_for_long()
    {
        var limits = new KestrelServerLimits();
        ManagementApp.Limit(limits);

        Assert.Equal((1000, 16 * 1024), (limits.MaxConcurrentConnections, limits.MaxRequestBodySize));
        Assert.Equal((TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10)), (limits.KeepAliveTimeout, limits.RequestHeadersTimeout));
        Assert.Equal((240, TimeSpan.FromSeconds(5)), (limits.MinRequestBodyDataRate?.BytesPerSecond, limits.MinRequestBodyDataRate?.GracePeriod));
    }
}
