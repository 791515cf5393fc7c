using Fabraix.Proxy.Redis;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Fabraix.Proxy.Tests.Redis;

public sealed class RedisStateTests
{
    private static readonly RedisFailure Gone = RedisFailure.Of(new RedisConnectionException(ConnectionFailureType.SocketFailure, CommandFlags.None, "an address", innerException: null, CommandStatus.Unknown));

    private readonly RedisState _state = new(new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)));

    [Fact]
    public void Is_away_until_the_first_probe()
    {
        Assert.Equal("Redis is not connected yet; each replica counts and remembers by itself (since 2026-01-02T03:04:05Z)", _state.Problem);
        Assert.True(_state.Probed());
        Assert.True(_state.IsUp);
        Assert.Null(_state.Problem);
    }

    [Fact]
    public void Is_away_by_one_failure_that_others_would_meet_too()
    {
        _state.Probed();

        Assert.True(_state.Failed(Gone));
        Assert.False(_state.Failed(Gone));
        Assert.False(_state.IsUp);
        Assert.True(_state.Probed());
        Assert.True(_state.IsUp);
    }

    [Fact]
    public void Is_away_by_three_late_answers_in_a_row_and_no_fewer()
    {
        _state.Probed();
        foreach (var _ in Enumerable.Range(0, 10))
        {
            Assert.False(_state.Failed(RedisFailure.Late));
            Assert.False(_state.Failed(RedisFailure.Late));
            _state.Answered();
        }

        Assert.Equal([false, false, true], Enumerable.Range(0, 3).Select(_ => _state.Failed(RedisFailure.Late)));
    }

    [Fact]
    public void Comes_back_after_late_answers_by_five_quick_ones_in_a_row_and_no_fewer()
    {
        _state.Probed();
        for (var i = 0; i < 3; i++)
            _state.Failed(RedisFailure.Late);

        Assert.All(Enumerable.Range(0, 4), _ => Assert.False(_state.Probed()));
        _state.Failed(RedisFailure.Late);
        Assert.Equal([false, false, false, false, true], Enumerable.Range(0, 5).Select(_ => _state.Probed()));
    }

    [Theory]
    [InlineData("READONLY You can't write against a read only replica.", true, "is read-only (READONLY)")]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", true, "is out of memory (OOM)")]
    [InlineData("NOAUTH Authentication required.", true, "asks for a password (NOAUTH)")]
    [InlineData("LOADING Redis is loading the dataset in memory", true, "is loading its data (LOADING)")]
    [InlineData("NOPERM this user has no permissions to access one of the keys", false, "does not let the user do what is needed (NOPERM)")]
    [InlineData("ERR The user executing the script can't run this command or subcommand script: 0a1b, on @user_script:3.", false, "does not let the user do what is needed (NOPERM)")]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value", false, "refuses a script (WRONGTYPE)")]
    [InlineData("ERR Error running script (call to f_0a1b): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica.", true, "is read-only (READONLY)")]
    [InlineData("secret-in-a-message script: 0a1b", false, "refuses a script (ERR)")]
    public void Tells_what_concerns_all_from_what_concerns_one_script_and_quotes_nothing(string message, bool isAway, string words)
    {
        var failure = RedisFailure.Of(Said(message));

        Assert.Equal((isAway, words), (failure.IsAway, failure.Words));
    }

    [Fact]
    public void Names_a_refusal_of_the_last_minute_once()
    {
        var time = new FakeTimeProvider();
        var state = new RedisState(time);
        state.Probed();
        var refused = RedisFailure.Of(Said("NOPERM"));

        Assert.Equal([true, false], Enumerable.Range(0, 2).Select(_ => state.Refused(refused)));
        Assert.Equal("Redis does not let the user do what is needed (NOPERM)", state.Problem);
        Assert.True(state.IsUp);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(state.Problem);
        Assert.True(state.Refused(refused));
    }

    private static RedisServerException Said(string message) => new(RedisErrorKind.Unknown, CommandFlags.None, message);
}
