using System.Diagnostics.Metrics;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Configuration;

/// <summary>What became of the last change of the configuration's files, for readiness and metrics.</summary>
internal sealed class ReloadState
{
    private static readonly KeyValuePair<string, object?> Accepted = new("fabraix.outcome", "accepted");
    private static readonly KeyValuePair<string, object?> Refused = new("fabraix.outcome", "refused");

    private readonly TimeProvider _time;
    private readonly Counter<long> _reloads;
    private DateTimeOffset _accepted;
    private string? _problem;

    public ReloadState(ProxyMetrics metrics, TimeProvider time)
    {
        (_time, _accepted) = (time, time.GetUtcNow());
        _reloads = metrics.Counter("fabraix.proxy.configuration.reloads", "{reload}", "Changes of the configuration's files, by what they came to.");

        // From nothing on, so that the first of them is an increase.
        _reloads.Add(0, Accepted);
        _reloads.Add(0, Refused);
        metrics.Gauge("fabraix.proxy.configuration.refused", "{configuration}", "1 while the files hold a configuration that is refused, and an earlier one is in use.", () => [new Measurement<double>(Problem is null ? 0 : 1)]);
        metrics.Gauge("fabraix.proxy.configuration.accepted", "s", "When the configuration in use was accepted, in seconds since 1970.", () => [new Measurement<double>(AcceptedAt.ToUnixTimeSeconds())]);
    }

    /// <summary>When what is in use was accepted.</summary>
    public DateTimeOffset AcceptedAt => _accepted;

    /// <summary>Why the files hold something else than what is in use; null where they do not.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    public void Accept()
    {
        _accepted = _time.GetUtcNow();
        Volatile.Write(ref _problem, null);
        _reloads.Add(1, Accepted);
    }

    /// <param name="first">The first of the reasons.</param>
    /// <param name="further">How many there are besides.</param>
    public void Refuse(string first, int further)
    {
        Volatile.Write(ref _problem, $"what the files hold since {_time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z is refused: {first}{(further > 0 ? $" And {further} more." : "")}");
        _reloads.Add(1, Refused);
    }

    /// <summary>The files hold again what is in use.</summary>
    public void Withdraw() => Volatile.Write(ref _problem, null);
}
