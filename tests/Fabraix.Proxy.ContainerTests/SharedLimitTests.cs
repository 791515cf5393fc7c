using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.ContainerTests;

/// <summary>Two containers of the image and a Redis, each reached by its name.</summary>
[Collection(BuiltImage.Collection)]
public sealed class SharedLimitTests(BuiltImage image)
{
    [Fact]
    public async Task Two_replicas_count_a_user_together()
    {
        await Engine.SkipWhereMissingAsync();
        await using var surroundings = new Surroundings(image);
        await using var one = await surroundings.RunAsync(Share);
        await using var other = await surroundings.RunAsync(Share);
        await Task.WhenAll(one.ReadyAsync(), other.ReadyAsync());
        await Bounds.UntilAsync(async () => (await image.Redis.ExecAsync(["redis-cli", "ZCARD", "{fabraix}:replicas"])).Stdout.Trim() == "2", "both replicas to be with Redis", every: TimeSpan.FromMilliseconds(200));

        var token = surroundings.Issuer.Mint();
        Assert.Equal(200, (await one.PostAsync(token)).Status);
        Assert.Equal(200, (await other.PostAsync(token)).Status);
        foreach (var replica in new[] { one, other })
        {
            var refused = await replica.PostAsync(token);
            Assert.Equal(429, refused.Status);
            Assert.Contains("user_rate_limited", refused.Text, StringComparison.Ordinal);
        }
        Assert.Equal(2, surroundings.Upstream.RequestCount);
    }

    private static void Share(Dictionary<string, string> variables)
    {
        variables["Fabraix__RateLimits__Store"] = "redis:redis:6379";
        variables["Fabraix__RateLimits__PerUser__PerMinute"] = "2";
    }
}
