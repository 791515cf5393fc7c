using Fabraix.Proxy.Bodies;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Tests.Routes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Bodies;

/// <summary>A body that a client announces and does not send: over HTTP/2 the server's least data rate does not bound one stream.</summary>
public sealed class SlowBodyTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly BodyBudget _budget = new(1024 * 1024);

    [Fact]
    public async Task Is_given_up_when_the_time_for_the_largest_body_is_over()
    {
        var verdict = Begin(maxBytes: 10 * 1024, announced: 9_000);

        _time.Advance(TimeSpan.FromSeconds(5 + 10) - TimeSpan.FromTicks(1));
        Assert.False(verdict.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Same(ProxyError.RequestTimeout, (await verdict.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Refusal?.Error);
    }

    [Fact]
    public void Takes_no_memory_for_what_is_only_announced()
    {
        for (var i = 0; i < 100; i++)
            _ = Begin(maxBytes: 512 * 1024, announced: 512 * 1024);

        Assert.InRange(_budget.Taken, 1, 100 * 4096);
    }

    private Task<Pipeline.Verdict> Begin(int maxBytes, int announced)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.ContentType = "application/json";
        context.Request.ContentLength = announced;
        context.Request.Body = new Silence();
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new Body());
        context.Features.Set(RouteTableTests.Rule("event", "POST", "/v1/event", "event:write") with { MaxBytes = maxBytes });
        return new BodyStep(_budget, _time).JudgeAsync(context).AsTask();
    }

    private sealed class Body : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }

    private sealed class Silence : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
