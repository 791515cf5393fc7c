namespace Fabraix.Sandbox.StandIn;

/// <summary>One key of the demo account: its value, what it may do and how often.</summary>
internal sealed class StandInKey
{
    private readonly Lock _gate = new();
    private readonly UseWindow _minute;
    private readonly UseWindow _hour;
    private volatile bool _revoked;

    public StandInKey(string id, string value, KeyType type, KeyLimits limits, IReadOnlyList<string> operations)
    {
        Id = id;
        Value = value;
        Type = type;
        Limits = limits;
        Operations = operations;
        Fingerprint = KeyFingerprint.Of(value);
        _minute = new(limits.PerMinute, TimeSpan.FromMinutes(1));
        _hour = new(limits.PerHour, TimeSpan.FromHours(1));
    }

    public string Id { get; }

    /// <summary>The secret. It leaves the process twice: in the answer that creates it and in the proxy's secret file.</summary>
    public string Value { get; }

    public KeyType Type { get; }

    public KeyLimits Limits { get; }

    /// <summary>What a restricted key may do; empty means everything.</summary>
    public IReadOnlyList<string> Operations { get; }

    public string Fingerprint { get; }

    public bool Revoked => _revoked;

    public string Masked => $"[secret key] {Fingerprint}";

    public void Revoke() => _revoked = true;

    public bool Allows(Operation operation) =>
        Type != KeyType.Restricted || Operations.Contains(operation.Name, StringComparer.Ordinal);

    /// <summary>Counts one use, or says how long to wait. Both windows decide before either counts.</summary>
    public TimeSpan Use(DateTimeOffset now)
    {
        lock (_gate)
        {
            var minute = _minute.WaitAt(now);
            var hour = _hour.WaitAt(now);
            var wait = minute > hour ? minute : hour;
            if (wait > TimeSpan.Zero)
                return wait;
            _minute.CountAt(now);
            _hour.CountAt(now);
            return TimeSpan.Zero;
        }
    }

    public override string ToString() => $"{Id} {Masked}";
}
