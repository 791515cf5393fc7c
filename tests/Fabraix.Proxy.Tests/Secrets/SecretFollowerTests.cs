using Fabraix.Proxy.Secrets;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Secrets;

/// <summary>Nothing but the end of the process ends the following of a secret.</summary>
public sealed class SecretFollowerTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reads_again_after_a_reading_that_threw(bool later)
    {
        using var stop = new CancellationTokenSource();
        var count = 0;
        var follower = new SecretFollower(new SecretReader(_ => new Store(), _time), _time);

        var following = follower.FollowAsync(new SecretReference("env", "TEST", Field: null), Interval, ReadAsync, stop.Token);
        for (var turn = 1; turn <= 3; turn++)
            await Bounds.UntilAsync(() => TimePasses() && Volatile.Read(ref count) >= turn, $"reading {turn}");

        Assert.False(following.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following.InTimeAsync("the end"));

        bool TimePasses()
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return true;
        }

        Task<TimeSpan?> ReadAsync()
        {
            Interlocked.Increment(ref count);
            var e = new FormatException("made by the test");
            return later ? Task.FromException<TimeSpan?>(e) : throw e;
        }
    }

    private sealed class Store : ISecretStore
    {
        public Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
