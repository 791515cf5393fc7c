namespace Fabraix.Proxy.Circuit;

/// <summary>
/// Failures in a row, none of them older than 30 seconds. What a request may have caused counts once for each asker: however often one user makes the
/// upstream fail, it is one failure. Not safe for several threads at once.
/// </summary>
internal sealed class FailureRow
{
    /// <summary>So many open the circuit.</summary>
    public const int Enough = 5;

    public static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    private readonly List<(TimeSpan At, Asker? By)> _failures = new(Enough);

    public bool IsEmpty => _failures.Count == 0;

    /// <summary>Who may have caused some of them.</summary>
    public IEnumerable<Asker> Askers => _failures.Where(failure => failure.By is not null).Select(failure => failure.By!.Value);

    /// <summary>Notes a failure, and says whether there are enough.</summary>
    /// <param name="now">By a clock that only goes ahead.</param>
    /// <param name="by">Who may have caused it, or null where no request can.</param>
    public bool Add(TimeSpan now, Asker? by)
    {
        _failures.RemoveAll(failure => now - failure.At >= Length);
        if (by is null || !_failures.Exists(failure => failure.By == by))
            _failures.Add((now, by));
        return _failures.Count >= Enough;
    }

    public void Clear() => _failures.Clear();
}
