using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Keys;

/// <summary>A key in a file, rotated as Kubernetes rotates a mounted Secret: without a restart, without a lost request, and never to a bad value.</summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    private readonly string first = Made.ApiKey();
    private MountedVolume volume = null!;
    private ProxyUnderTest proxy = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links as the kubelet makes them need a Unix.");
        volume = new MountedVolume("api-key", first + "\n");
        proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Settings["Fabraix:Keys:default:Secret"] = "file:" + volume.File;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        volume.Dispose();
    }

    [Fact]
    public async Task Sends_the_new_key_without_waiting_for_the_next_reading()
    {
        Assert.True(await UsesAsync(first), "The upstream saw another key");
        var second = Made.ApiKey();
        await volume.UpdateAsync(second);

        await Bounds.UntilAsync(() => UsesAsync(second), "the new key at the upstream");
        Assert.DoesNotContain(proxy.Logs.Lines, line => line.Id.Id == 1401);
    }

    [Fact]
    public async Task Loses_no_request_over_many_rotations()
    {
        var keys = new HashSet<string> { first };
        using var stop = new CancellationTokenSource();
        var asking = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AskUntilAsync(stop.Token)));
        var last = first;
        for (var i = 0; i < 10; i++)
        {
            keys.Add(last = Made.ApiKey());
            await volume.UpdateAsync(last);
            await Bounds.UntilAsync(() => proxy.Upstream.Requests is [.., var seen] && seen.Header("x-api-key") == last, "the new key at the upstream");
        }
        await stop.CancelAsync();

        Assert.All(await asking, statuses => Assert.All(statuses, status => Assert.Equal(200, status)));
        Assert.True(proxy.Upstream.Requests.All(seen => keys.Contains(seen.Header("x-api-key")!)), "The upstream saw a key that never was one");
    }

    public static TheoryData<string, string?> BadValues => new()
    {
        { "no file", null },
        { "empty", "" },
        { "only a line end", "\n" },
        { "over 4 KiB", new string('a', 4097) },
        { "two lines", "fx_fake_one\nfx_fake_two\n" },
        { "a blank inside", "fx_fake one" },
        { "a byte over 0x7F", "fx_fake_\u00e9" },
        { "a template that nobody filled in", "${FABRAIX_API_KEY}" },
        { "a reference", "env:FABRAIX_API_KEY" },
    };

    [Theory]
    [MemberData(nameof(BadValues))]
    public async Task Keeps_the_good_key_when_the_new_value_is(string flaw, string? value)
    {
        Assert.NotEmpty(flaw);
        await volume.UpdateAsync(value);
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1401), "a word about the bad value");

        Assert.True(await UsesAsync(first), "The upstream saw another key");
        var ready = await proxy.ManageAsync("/healthz/ready");
        Assert.Equal(200, ready.Status);
        Assert.Contains("key default", ready.Text, StringComparison.Ordinal);
        if (value is { Length: > 1 }) Assert.DoesNotContain(value.Trim(), ready.Text + string.Concat(proxy.Logs.Lines.Select(line => line.Message)), StringComparison.Ordinal);

        var second = Made.ApiKey();
        await volume.UpdateAsync(second);
        await Bounds.UntilAsync(() => UsesAsync(second), "the good key after the bad one");
        Assert.Equal("""{"status":"ready","degraded":[]}""", (await proxy.ManageAsync("/healthz/ready")).Text);
    }

    [Fact]
    public async Task Serves_as_soon_as_a_key_that_was_missing_at_the_start_is_there()
    {
        using var late = new MountedVolume("api-key", "");
        await using var other = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Settings["Fabraix:Keys:default:Secret"] = "file:" + late.File;
        });
        AnswerAssert.Error(await other.AskAsync(other.Post()), "key_unavailable");
        Assert.Equal(0, other.Upstream.ConnectionCount);

        await late.UpdateAsync(first);
        await Bounds.UntilAsync(async () => (await other.AskAsync(other.Post())).Status == 200, "an answer with the key");
        Assert.True(other.Upstream.Requests[0].Header("x-api-key") == first, "x-api-key is not the key that came");
    }

    /// <summary>Whether a request goes up with this key; no message of a failing test may hold it.</summary>
    private async Task<bool> UsesAsync(string key)
    {
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        return proxy.Upstream.Requests[^1].Header("x-api-key") == key;
    }

    private async Task<List<int>> AskUntilAsync(CancellationToken stop)
    {
        var statuses = new List<int>();
        await using var client = await proxy.ConnectAsync();
        while (!stop.IsCancellationRequested) statuses.Add((await client.AskAsync(proxy.Post().ToString())).Status);
        return statuses;
    }
}
