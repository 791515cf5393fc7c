using System.Text;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Tests.Telemetry;

public sealed class LineWriterTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    [Fact]
    public void Writes_every_line_whole_and_in_order_before_it_is_gone()
    {
        using var output = new MemoryStream();
        using (var writer = new LineWriter(output))
        {
            for (var i = 0; i < 5_000; i++)
                writer.Add(Encoding.UTF8.GetBytes($"line {i}\n"));
        }

        Assert.Equal(string.Concat(Enumerable.Range(0, 5_000).Select(i => $"line {i}\n")), Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task Writes_a_lone_line_without_waiting_for_another()
    {
        using var output = new Sink();
        using var writer = new LineWriter(output);

        writer.Add("alone\n"u8);

        Assert.Equal("alone\n", await output.Written.Task.WaitAsync(Bound, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Makes_few_writes_of_many_lines()
    {
        using var output = new Sink();
        using (var writer = new LineWriter(output))
        {
            for (var i = 0; i < 1_000; i++)
                writer.Add("line\n"u8);
            await output.Written.Task.WaitAsync(Bound, TestContext.Current.CancellationToken);
        }

        Assert.InRange(output.Writes, 1, 20);
    }

    [Fact]
    public void Goes_on_when_nobody_reads()
    {
        using var output = new Sink { Broken = true };
        using (var writer = new LineWriter(output))
            writer.Add("lost\n"u8);

        Assert.Equal(1, output.Writes);
    }

    [Fact]
    public void Drops_lines_instead_of_holding_up_whoever_logs()
    {
        using var output = new Sink { Blocked = new ManualResetEventSlim() };
        using (var writer = new LineWriter(output))
        {
            for (var i = 0; i < 100_000; i++)
                writer.Add("line\n"u8);
            output.Blocked.Set();
        }

        // The queue's 8,192, and the batch that was being written.
        Assert.InRange(output.Bytes, 5, (8_192 + 13_108) * 5);
    }

    private sealed class Sink : MemoryStream
    {
        public TaskCompletionSource<string> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Writes { get; private set; }

        public int Bytes { get; private set; }

        public bool Broken { get; init; }

        public ManualResetEventSlim? Blocked { get; init; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes++;
            Bytes += buffer.Length;
            Blocked?.Wait(Bound, cancellationToken);
            Written.TrySetResult(Encoding.UTF8.GetString(buffer.Span));
            return Broken ? throw new IOException("Broken pipe") : ValueTask.CompletedTask;
        }
    }
}
