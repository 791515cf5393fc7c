namespace Fabraix.Proxy.Configuration;

/// <summary>
/// Readings of files that may block where they are opened, and heed nothing: a named pipe, a file of another machine. Each is waited for so long, and a few may be left behind, also after
/// another file has taken the place; then nothing is read any more. For one caller at a time.
/// </summary>
internal sealed class PatientReads(TimeProvider time)
{
    private const int MostLeft = 4;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly List<Task> _left = [];

    /// <param name="read">Reads.</param>
    /// <param name="fail">Makes a result of why nothing could be read.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<T> TryAsync<T>(Func<T> read, Func<string, T> fail, CancellationToken cancellation)
    {
        _left.RemoveAll(static reading => reading.IsCompleted);
        if (_left.Count >= MostLeft)
            return fail("Files still block earlier readings. Restart the process once they do not.");
        var reading = Task.Run(read, CancellationToken.None);
        if (await Task.WhenAny(reading, Task.Delay(Longest, time, cancellation)) == reading)
            return await reading;
        _left.Add(reading);
        cancellation.ThrowIfCancellationRequested();
        return fail($"A file could not be read within {Longest.TotalSeconds} seconds.");
    }
}
