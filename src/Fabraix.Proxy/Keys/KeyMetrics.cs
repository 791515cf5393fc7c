using System.Diagnostics.Metrics;
using System.Text.Json;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Keys;

/// <summary>
/// What the metrics say of keys. Labels are the configured name, and of a version what the log calls it: at most four versions of
/// a key are known at a time.
/// </summary>
internal sealed class KeyMetrics
{
    private readonly Counter<long> _readings;
    private readonly Counter<long> _verdicts;
    private readonly Counter<long> _replays;

    public KeyMetrics(ProxyMetrics metrics)
    {
        _readings = metrics.Counter("fabraix.proxy.key.readings", "{reading}", "Readings of the secret, by what they came to.");
        _verdicts = metrics.Counter("fabraix.proxy.key.trials", "{request}", "Requests that carried a value which was not proven, by the upstream's word.");
        _replays = metrics.Counter("fabraix.proxy.key.replays", "{request}", "Requests that were sent again with another version after the upstream had refused the first.");
        Meters = metrics;
    }

    private ProxyMetrics Meters { get; }

    public void Read(string key, SecretOutcome outcome) => _readings.Add(1, Key(key), new("fabraix.outcome", Snake(outcome)));

    public void Tried(string key, KeyVerdict verdict) => _verdicts.Add(1, Key(key), new("fabraix.verdict", Snake(verdict)));

    public void Replayed(string key) => _replays.Add(1, Key(key));

    /// <summary>Adds what is observed of the keys whenever somebody asks.</summary>
    public void Observe(KeyRing keys)
    {
        Meters.Gauge("fabraix.proxy.key.usable", "{key}", "1 where requests can be sent with the key.", () =>
            keys.All.Select(slot => new Measurement<double>(slot.IsUsable ? 1 : 0, Key(slot.Options.Name))));
        Meters.Gauge("fabraix.proxy.key.age", "s", "Time since the store last gave a good value.", () =>
            keys.All.Where(slot => slot.Age is not null).Select(slot => new Measurement<double>(slot.Age!.Value.TotalSeconds, Key(slot.Options.Name))));
        Meters.Gauge("fabraix.proxy.key.refresh_interval", "s", "How often the store is asked for a new value.", () =>
            keys.All.Select(slot => new Measurement<double>(slot.Options.RefreshInterval.TotalSeconds, Key(slot.Options.Name))));
        Meters.Gauge("fabraix.proxy.key.version", "{version}", "1 for each version that is known, by its state.", () =>
            Versions(keys).Select(entry => new Measurement<double>(1, Key(entry.Name), Version(entry.Version), new("fabraix.state", Snake(entry.State)))));
        Meters.Gauge("fabraix.proxy.key.version.last_use", "s", "When the version last went upstream, in seconds since 1970.", () =>
            Versions(keys).Where(entry => entry.Version.LastUsed is not null)
                .Select(entry => new Measurement<double>(entry.Version.LastUsed!.Value.ToUnixTimeMilliseconds() / 1000.0, Key(entry.Name), Version(entry.Version))));
    }

    private static IEnumerable<(string Name, KeyVersion Version, KeyState State)> Versions(KeyRing keys) =>
        keys.All.SelectMany(slot => slot.Life.Versions.All.Select(entry => (slot.Options.Name, entry.Version, entry.State)));

    private static KeyValuePair<string, object?> Key(string name) => new("fabraix.key", name);

    private static string Snake(Enum name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name.ToString());

    private static KeyValuePair<string, object?> Version(KeyVersion version) => new("fabraix.version", version.Label);
}
