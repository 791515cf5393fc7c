using System.Threading.Channels;

namespace Fabraix.Proxy.Telemetry;

/// <summary>
/// Writes finished lines to a stream from one thread, many at a time. Whoever logs never waits: when the stream cannot keep
/// up, lines are dropped, since a full pipe must not hold up requests. What is queued at the end is still written.
/// </summary>
internal sealed class LineWriter : IDisposable
{
    private const int MostQueued = 8192;
    private const int BatchBytes = 64 * 1024;

    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(2);

    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostQueued) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _writing;

    public LineWriter(Stream output) => _writing = Task.Run(() => WriteAsync(output));

    public void Add(ReadOnlySpan<byte> line) => _lines.Writer.TryWrite(line.ToArray());

    public void Dispose()
    {
        _lines.Writer.TryComplete();
        _writing.Wait(LastWrite);
    }

    private async Task WriteAsync(Stream output)
    {
        using var batch = new MemoryStream(BatchBytes);
        while (await _lines.Reader.WaitToReadAsync())
        {
            // Waiting a moment for more turns a wake-up and a write per line into one per many.
            await Task.WhenAny(_lines.Reader.Completion, Task.Delay(Gather, TimeProvider.System));
            while (batch.Length < BatchBytes && _lines.Reader.TryRead(out var line))
                batch.Write(line);
            try
            {
                await output.WriteAsync(batch.GetBuffer().AsMemory(0, (int)batch.Length));
                await output.FlushAsync();
            }
            catch (IOException)
            {
                // Nobody reads the log any more (a closed pipe): the proxy serves on.
            }

            batch.SetLength(0);
        }
    }
}
