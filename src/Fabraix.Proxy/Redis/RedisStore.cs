using Fabraix.Proxy.Telemetry;
using StackExchange.Redis;

namespace Fabraix.Proxy.Redis;

/// <summary>
/// What all replicas share, asked by scripts: one round trip each, and never a wait of more than <see cref="Limit"/>. Whatever is wrong with Redis, the answer is
/// null and the caller decides by what this replica knows.
/// </summary>
internal sealed partial class RedisStore(RedisOptions options, RedisConnection connection, ProxyMetrics metrics, TimeProvider time, ILogger<RedisStore> log) : IAsyncDisposable
{
    /// <summary>Longest wait for an answer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(50);

    private readonly RedisState _state = new(time);
    private readonly RedisMetrics _metrics = new(metrics);
    private int _replicas = 1;

    /// <summary>Replicas last seen alive, this one among them. While Redis is away, the last known number.</summary>
    public int Replicas
    {
        get => Volatile.Read(ref _replicas);
        internal set => Volatile.Write(ref _replicas, value);
    }

    public bool IsUp => _state.IsUp;

    /// <summary>What is wrong, and since when; null where nothing is.</summary>
    public string? Problem => _state.Problem;

    /// <summary>What is wrong, alone.</summary>
    public string? Reason => _state.Reason;

    /// <summary>A key among those of this proxy: all of them are in one slot of a Cluster.</summary>
    public RedisKey Key(string name) => $"{{{options.Prefix}}}:{name}";

    /// <summary>A channel of this proxy's.</summary>
    public RedisChannel Channel(string name) => RedisChannel.Literal($"{{{options.Prefix}}}:{name}");

    /// <summary>Asks; null where Redis is away, refuses, or does not answer in time. Never throws.</summary>
    public async ValueTask<RedisResult?> EvaluateAsync(RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        if (_state.IsUp && connection.Database is { } database)
            return await AskAsync(database, script, keys, values) is { Result: { } result } ? result : null;
        _metrics.Count("skipped");
        return null;
    }

    /// <summary>Has a script run without waiting for it.</summary>
    public void Send(RedisScript script, RedisKey[] keys, RedisValue[] values) => _ = EvaluateAsync(script, keys, values).AsTask();

    /// <summary>Calls for each message on a channel of this proxy's. A message may get lost.</summary>
    public void Subscribe(string name, Action heard) => connection.Subscribe(Channel(name), heard);

    /// <summary>Asks though Redis is away, and takes the answer for a sign of life.</summary>
    internal async Task<RedisResult?> ProbeAsync(RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        if (connection.IsLocked)
        {
            Fail(new RedisFailure("unreachable", "cannot be asked: its password was never read", IsAway: true));
            return null;
        }

        if (connection.Database is not { } database)
            return null;
        var (result, failure) = await AskAsync(database, script, keys, values);
        if (result is not null && _state.Probed())
            Log.Back(log, Replicas);
        else if (failure is { IsAway: false } && !_state.IsUp)
            Fail(failure with { IsAway = true });
        return result;
    }

    /// <summary>Looks at a task's exception, so that nobody reports it as unobserved.</summary>
    internal static void Forget(Task task) => task.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    internal void Observe() => _metrics.Observe(this);

    private async Task<(RedisResult? Result, RedisFailure? Failure)> AskAsync(IDatabase database, RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        Task<RedisResult>? asked = null;
        try
        {
            asked = RunAsync(database, script, keys, values);
            var result = await asked.WaitAsync(Limit, time);
            _state.Answered();
            _metrics.Count("answered");
            return (result, null);
        }
        catch (Exception e)
        {
            if (asked is { IsCompleted: false })
                Forget(asked);
            return (null, Fail(RedisFailure.Of(e)));
        }
    }

    private static async Task<RedisResult> RunAsync(IDatabase database, RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script.Digest, keys, values, CommandFlags.DemandMaster);
        }
        catch (RedisServerException e) when (e.Message.StartsWith(RedisFailure.NoScript, StringComparison.Ordinal))
        {
            // Redis was started or flushed since it ran the script last; with its text it learns it again.
            return await database.ScriptEvaluateAsync(script.Text, keys, values, CommandFlags.DemandMaster | CommandFlags.NoScriptCache);
        }
    }

    private RedisFailure Fail(RedisFailure failure)
    {
        _metrics.Count(failure.Outcome);
        if (_state.Failed(failure))
            Log.Away(log, failure.Words);
        else if (failure.Outcome == "failed" && _state.Refused(failure))
            Log.Refused(log, failure.Words);
        return failure;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.StoreAway, LogLevel.Error, "Redis {Problem}. Until it is back each replica counts and remembers by itself.")]
        public static partial void Away(ILogger logger, string problem);

        [LoggerMessage(EventIds.StoreBack, LogLevel.Information, "Redis is asked again; replicas last seen: {Replicas}.")]
        public static partial void Back(ILogger logger, int replicas);

        [LoggerMessage(EventIds.StoreRefused, LogLevel.Warning, "Redis {Problem}. What was asked is decided without it.")]
        public static partial void Refused(ILogger logger, string problem);
    }
}
