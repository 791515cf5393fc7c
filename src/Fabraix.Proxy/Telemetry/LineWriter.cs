using System.Diagnostics.Metrics;
using System.Threading.Channels;

namespace Fabraix.Proxy.Telemetry;

/// <summary>
/// Writes finished lines to a stream from one thread, many at a time. Whoever logs never waits: when the stream cannot keep
/// up, lines are dropped, since a full pipe must not hold up requests. What is lost is counted, and the log itself says how
/// much as soon as it can be written again. What is queued at the end is still written.
/// </summary>
internal sealed class LineWriter : IDisposable
{
    private const int MostQueued = 8192;
    private const int BatchBytes = 64 * 1024;

    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(2);

    private readonly Channel<byte[]> _lines;
    private readonly Func<long, byte[]>? _tellOfLost;
    private readonly Counter<long>? _counter;
    private readonly Task _writing;
    private long _lost;

    /// <param name="output">Where the lines go.</param>
    /// <param name="tellOfLost">Makes the line that says how many were lost.</param>
    /// <param name="lost">Counts them.</param>
    public LineWriter(Stream output, Func<long, byte[]>? tellOfLost = null, Counter<long>? lost = null)
    {
        (_tellOfLost, _counter) = (tellOfLost, lost);
        _lines = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostQueued) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite }, _ => Lose(1));
        _writing = Task.Run(() => WriteAsync(output));
    }

    public void Add(ReadOnlySpan<byte> line) => _lines.Writer.TryWrite(line.ToArray());

    public void Dispose()
    {
        _lines.Writer.TryComplete();
        _writing.Wait(LastWrite);
    }

    private async Task WriteAsync(Stream output)
    {
        using var batch = new MemoryStream(BatchBytes);
        var more = true;
        while (more)
        {
            // After the last line there is one more turn, for what was lost since the one before.
            more = await _lines.Reader.WaitToReadAsync();

            // Waiting a moment for more turns a wake-up and a write per line into one per many.
            await Task.WhenAny(_lines.Reader.Completion, Task.Delay(Gather, TimeProvider.System));
            var told = Interlocked.Exchange(ref _lost, 0);
            if (told > 0 && _tellOfLost is not null)
                batch.Write(_tellOfLost(told));
            var lines = 0;
            for (; batch.Length < BatchBytes && _lines.Reader.TryRead(out var line); lines++)
                batch.Write(line);
            if (batch.Length == 0)
                continue;
            try
            {
                await output.WriteAsync(batch.GetBuffer().AsMemory(0, (int)batch.Length));
                await output.FlushAsync();
            }
            catch (Exception)
            {
                // Nobody reads the log any more: a closed pipe, a full disk (IOException), a terminal that was taken away
                // (UnauthorizedAccessException), a stream closed at the end. The proxy serves on. Whatever it is, it must not
                // end this loop, or the log would stay silent after the output is well again.
                Interlocked.Add(ref _lost, told);
                Lose(lines);
            }

            batch.SetLength(0);
        }
    }

    private void Lose(long lines)
    {
        Interlocked.Add(ref _lost, lines);
        _counter?.Add(lines);
    }
}
