using System.Security.Cryptography;
using Fabraix.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fabraix.Proxy.WireTests.Keys;

/// <summary>Keys change while 64 clients post without a pause: nobody notices, and nothing is executed twice.</summary>
[Collection(RunAlone.Name)]
public sealed class RotationUnderLoadTests : IAsyncLifetime
{
    private const int Connections = 64;

    private readonly string first = Made.ApiKey();
    private MountedVolume volume = null!;
    private KeyedUpstream upstream = null!;
    private ProxyUnderTest proxy = null!;
    private Traffic traffic = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links as the kubelet makes them need a Unix.");
        volume = new MountedVolume("api-key", first + "\n");
        upstream = await KeyedUpstream.StartAsync(first);
        proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.LogLevel = LogLevel.Warning;
            setup.Settings["Fabraix:Upstream:Address"] = upstream.Address;
            setup.Settings["Fabraix:Keys:default:Secret"] = "file:" + volume.File;
        });
        traffic = new Traffic(proxy, Connections);
    }

    public async ValueTask DisposeAsync()
    {
        await traffic.DisposeAsync();
        await proxy.DisposeAsync();
        await upstream.DisposeAsync();
        volume.Dispose();
    }

    [Fact]
    public async Task Lose_nothing_over_twenty_rotations_with_the_old_key_revoked_two_seconds_after_each()
    {
        const int Least = 40_000;
        var revoking = new List<Task>();
        var changes = new List<(string Old, TimeSpan At)>();
        var current = first;
        for (var rotation = 0; rotation < 20; rotation++)
        {
            await Task.Delay(RandomNumberGenerator.GetInt32(200, 2500), TestContext.Current.CancellationToken);
            var (old, next) = (current, Made.ApiKey());
            upstream.Add(next);
            await volume.UpdateAsync(next + "\n");
            changes.Add((old, Traffic.Now));
            revoking.Add(RevokeAsync(old, TimeSpan.FromSeconds(2)));
            current = next;
        }

        await Task.WhenAll(revoking);
        await Bounds.UntilAsync(() => traffic.Answered >= Least, $"{Least} answers", TimeSpan.FromMinutes(2));
        var sent = await traffic.StopAsync();

        Assert.Empty(traffic.Failures);
        Assert.InRange(sent, Least, int.MaxValue);
        Assert.Equal(sent, upstream.Executions.Count);
        Assert.All(upstream.Executions, executed => Assert.Equal(1, executed.Value));
        foreach (var (old, at) in changes)
            Assert.InRange(upstream.LastUse(old)!.Value, TimeSpan.Zero, at + TimeSpan.FromSeconds(1));
        Console.WriteLine($"Rotation under load: {sent} requests, 20 rotations, {traffic.Failures.Count} failures.");
    }

    [Fact]
    public async Task Answer_502_and_nothing_else_while_the_old_key_is_revoked_and_the_new_one_not_yet_readable()
    {
        await Bounds.UntilAsync(() => traffic.Answered > 100, "traffic");
        var next = Made.ApiKey();
        upstream.Add(next);
        upstream.Revoke(first);
        await Bounds.UntilAsync(() => traffic.Failures.Count >= 1000, "failures while there is no good key");
        await volume.UpdateAsync(next + "\n");
        var readable = Traffic.Now;
        await Bounds.UntilAsync(() => upstream.UseCount(next) > 1000, "traffic with the new key");
        var sent = await traffic.StopAsync();

        Assert.NotEmpty(traffic.Failures);
        Assert.All(traffic.Failures, failure => Assert.Equal(502, failure.Status));
        Assert.All(traffic.Failures, failure => Assert.Contains("upstream_key_rejected", failure.Text, StringComparison.Ordinal));
        Assert.InRange(traffic.Failures.Max(failure => failure.Start), TimeSpan.Zero, readable + TimeSpan.FromSeconds(1));
        Assert.Equal(sent, upstream.Executions.Count + traffic.Failures.Count);
        Assert.All(upstream.Executions, executed => Assert.Equal(1, executed.Value));
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("truncated")]
    [InlineData("empty")]
    [InlineData("of two lines")]
    public async Task Lose_nothing_to_a_new_value_that_is(string flaw)
    {
        await Bounds.UntilAsync(() => traffic.Answered > 100, "traffic");
        var bad = flaw switch
        {
            "revoked" => Made.ApiKey(),
            "truncated" => first[..^7],
            "empty" => "",
            _ => $"{Made.ApiKey()}\n{Made.ApiKey()}",
        };
        await volume.UpdateAsync(bad);
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Level >= LogLevel.Error), "a word about the bad value");
        var before = traffic.Answered;
        await Bounds.UntilAsync(() => traffic.Answered > before + 2000, "traffic after it");
        await traffic.StopAsync();

        Assert.Empty(traffic.Failures);
        Assert.InRange(upstream.UseCount(bad), 0, 1);
        Assert.Contains("key default", (await proxy.ManageAsync("/healthz/ready")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Try_a_value_that_nothing_is_learnt_of_no_more_often_than_configured()
    {
        await Bounds.UntilAsync(() => traffic.Answered > 100, "traffic");
        var next = Made.ApiKey();
        upstream.Add(next);
        upstream.Status = 422;
        await volume.UpdateAsync(next + "\n");
        await Bounds.UntilAsync(() => upstream.UseCount(next) > 0, "its first try");
        var start = Traffic.Now;
        await Bounds.UntilAsync(() => upstream.UseCount(next) >= 3, "its third try");
        var took = Traffic.Now - start;
        upstream.Status = 200;

        Assert.InRange(took, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(10));
        await Bounds.UntilAsync(() => upstream.UseCount(next) > 100, "its promotion, once an answer has said something");
    }

    private async Task RevokeAsync(string key, TimeSpan after)
    {
        await Task.Delay(after, TestContext.Current.CancellationToken);
        upstream.Revoke(key);
    }
}
