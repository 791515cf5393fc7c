using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy;

/// <summary>
/// Follows the configuration's files, and puts what they hold to work while requests go on. What is refused changes nothing: the configuration in use stays whole, and log,
/// metric and readiness say why.
/// </summary>
internal sealed partial class Reloader(ReloadSource source, ConfigurationText first, Revisions revisions, ReloadState state, TimeProvider time, ILogger<Reloader> log) : BackgroundService
{
    /// <summary>How often the files are looked at, give or take a tenth, where nothing tells of a change; and what could not be reached is tried again.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    // A file that is written in several pieces is read when its writer rests.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    // A whole file of mistakes must not crowd out other lines.
    private const int MostTold = 50;

    private readonly Lock _gate = new();
    private Task _looking = Task.CompletedTask;
    private readonly PatientReads _reads = new(time);
    private ConfigurationText _accepted = first;
    private string? _told;

    /// <summary>Looks at the files now, or after whoever looks already.</summary>
    public Task<TimeSpan?> LookAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            var looking = LookAfterAsync(_looking, cancellation);
            _looking = looking;
            return looking;
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(source.Files.Select(file =>
        Follower.FollowAsync((changed, stop) => FileWatch.WatchAsync(file, changed, stop), Interval, () => LookAsync(stoppingToken), time, stoppingToken)));

    private async Task<TimeSpan?> LookAfterAsync(Task before, CancellationToken cancellation)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await TakeAsync(cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // A bug, or a file system that fails in a way of its own. Neither its text, which may quote anything, nor the change goes on.
            Refuse([$"it could not be put to work ({e.GetType().Name})."]);
        }

        return null;
    }

    private async Task TakeAsync(CancellationToken cancellation)
    {
        await Task.Delay(Rest, time, cancellation);
        var (configuration, problem) = await _reads.TryAsync(source.Load, static problem => (null, problem), cancellation);
        if (configuration is null)
        {
            Refuse([problem!]);
            return;
        }

        var text = new ConfigurationText(configuration);
        if (text.Says(_accepted))
        {
            if (Interlocked.Exchange(ref _told, null) is not null)
                Log.Withdrawn(log);
            state.Withdraw();
            return;
        }

        var reading = ProxySettings.Read(configuration, source.Around(configuration));
        var reasons = reading.Mistakes.Concat(text.RestartsFrom(_accepted).Select(NeedsRestart)).Select(mistake => mistake.ToString()).ToList();
        if (reasons.Count == 0)
            reasons.AddRange((await revisions.ChangeAsync(reading.Settings!, cancellation)).Select(obstacle => $"{obstacle.TrimEnd('.')}. It is tried again every {Interval.TotalSeconds} seconds."));
        if (reasons.Count > 0)
            Refuse(reasons);
        else
            Accept(text, reading.Warnings);
    }

    private static Mistake NeedsRestart(string path) => new(path, "needs a restart.", "Restart the process (in Kubernetes a rollout), or take the change back.");

    private void Accept(ConfigurationText text, IReadOnlyList<Mistake> warnings)
    {
        var changed = text.ChangedFrom(_accepted).ToList();
        (_accepted, _told) = (text, null);
        state.Accept();
        Log.Accepted(log, string.Join(", ", changed.Take(20)), changed.Count > 20 ? $" and {changed.Count - 20} more" : "");
        foreach (var warning in warnings)
            Log.Warning(log, warning.ToString());
    }

    private void Refuse(List<string> reasons)
    {
        // The same refusal is not told twice, but tried again.
        var all = string.Join('\n', reasons);
        if (Interlocked.Exchange(ref _told, all) == all)
            return;
        state.Refuse(reasons[0], reasons.Count - 1);
        foreach (var reason in reasons.Take(MostTold))
            Log.Refused(log, reason);
        if (reasons.Count > MostTold)
            Log.Refused(log, $"And {reasons.Count - MostTold} more: check lists all.");
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.ConfigurationAccepted, LogLevel.Information, "The configuration has changed and is in use: {Changed}{Further}.")]
        public static partial void Accepted(ILogger logger, string changed, string further);

        [LoggerMessage(EventIds.ConfigurationRefused, LogLevel.Error, "The configuration has changed and is refused; the one before stays in use. {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(EventIds.ConfigurationWithdrawn, LogLevel.Information, "The files hold again the configuration that is in use.")]
        public static partial void Withdrawn(ILogger logger);

        [LoggerMessage(EventIds.ConfigurationWarning, LogLevel.Warning, "{Warning}")]
        public static partial void Warning(ILogger logger, string warning);
    }
}

/// <summary>Where the configuration comes from, and how it is read again.</summary>
/// <param name="Files">Files to follow; one that is not there may come.</param>
/// <param name="Load">Reads all sources, or says what is wrong with one.</param>
/// <param name="Around">What is known of the start.</param>
internal sealed record ReloadSource(IReadOnlyList<string> Files, Func<(IConfigurationRoot? Configuration, string? Problem)> Load, Func<IConfiguration, Surroundings?> Around);
