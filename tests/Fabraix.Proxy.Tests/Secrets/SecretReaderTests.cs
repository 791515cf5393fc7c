using Fabraix.Proxy.Secrets;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Secrets;

/// <summary>Whatever a store does, reading it ends in time, and in a reading.</summary>
public sealed class SecretReaderTests
{
    private static readonly SecretReference Secret = new("env", "FABRAIX_API_KEY", Field: null);

    private readonly FakeTimeProvider _time = new();
    private readonly string _key = Made.ApiKey();

    [Fact]
    public async Task Leaves_a_store_that_does_not_heed_its_end_and_does_not_ask_it_again_meanwhile()
    {
        var answer = new TaskCompletionSource<SecretReading>();
        var store = new ScriptedStore(_ => answer.Task);
        var reader = new SecretReader(_ => store, _time);

        var first = reader.ReadAsync(Secret, CancellationToken.None);
        await store.Asked;
        _time.Advance(SecretReader.Longest);
        Assert.Equal(SecretOutcome.TimedOut, (await first.InTimeAsync("a reading")).Outcome);
        Assert.Equal(SecretOutcome.TimedOut, (await reader.ReadAsync(Secret, CancellationToken.None)).Outcome);
        Assert.Equal(1, store.Count);

        answer.SetResult(SecretReading.Failed(SecretOutcome.Absent, "too late"));
        store.Answer = _ => Task.FromResult(Good());
        await Bounds.UntilAsync(async () => (await reader.ReadAsync(Secret, CancellationToken.None)).Outcome == SecretOutcome.Found, "the store's next answer");
    }

    [Fact]
    public async Task Leaves_a_store_that_holds_its_thread()
    {
        using var release = new ManualResetEventSlim();
        var store = new ScriptedStore(_ =>
        {
            release.Wait(CancellationToken.None);
            return Task.FromResult(Good());
        });

        var reading = new SecretReader(_ => store, _time).ReadAsync(Secret, CancellationToken.None);
        await store.Asked;
        _time.Advance(SecretReader.Longest);

        Assert.Equal(SecretOutcome.TimedOut, (await reading.InTimeAsync("a reading")).Outcome);
        release.Set();
    }

    [Fact]
    public async Task Makes_a_reading_of_what_a_store_throws_and_repeats_none_of_its_words()
    {
        var reader = new SecretReader(_ => new ScriptedStore(_ => throw new NotSupportedException(_key)), _time);

        var reading = await reader.ReadAsync(Secret, CancellationToken.None);

        Assert.Equal((SecretOutcome.Broken, "reading it failed unexpectedly (NotSupportedException)"), (reading.Outcome, reading.Problem));
    }

    [Fact]
    public async Task Ends_when_whoever_asked_has_left()
    {
        using var left = new CancellationTokenSource();
        var store = new ScriptedStore(async cancellation =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return Good();
        });

        var reading = new SecretReader(_ => store, _time).ReadAsync(Secret, left.Token);
        await store.Asked;
        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private SecretReading Good() => SecretReading.Found(_key, version: null);

    private sealed class ScriptedStore(Func<CancellationToken, Task<SecretReading>> answer) : ISecretStore
    {
        private readonly TaskCompletionSource _asked = new();
        private int _count;

        public Func<CancellationToken, Task<SecretReading>> Answer { get; set; } = answer;

        public Task Asked => _asked.Task.InTimeAsync("a question");

        public int Count => Volatile.Read(ref _count);

        public Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _count);
            _asked.TrySetResult();
            return Answer(cancellation);
        }
    }
}
