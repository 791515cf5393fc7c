using System.Diagnostics.Metrics;
using Fabraix.Proxy.Forwarding;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fabraix.Proxy.Tests.Forwarding;

public sealed class LeakGuardTests
{
    /// <summary>Where sending the request failed as well, YARP gives that first.</summary>
    [Fact]
    public void Knows_a_key_as_the_cause_be_it_beside_another()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new ProxyMetrics(services.GetRequiredService<IMeterFactory>());
        var guard = new LeakGuard(new KeyRing([]), new KeyAlarm(metrics, NullLogger<KeyAlarm>.Instance));
        var key = new KeyInAnswerException();

        Assert.Equal("upstream_response_blocked", Judge(key));
        Assert.Equal("upstream_response_blocked", Judge(new AggregateException(new IOException(), key)));
        Assert.Null(Judge(new AggregateException(new IOException(), new IOException())));
        Assert.Null(Judge(new IOException()));
        Assert.Null(Judge(null));

        string? Judge(Exception? broken) => guard.Judge(new DefaultHttpContext(), broken, 200)?.Error.Code;
    }
}
