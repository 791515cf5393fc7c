using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Fabraix.Proxy.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fabraix.Proxy.Tests.Telemetry;

/// <summary>A line that is not written must not be missed silently.</summary>
public sealed class LostLinesTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    [Fact]
    public void Are_counted_and_told_once_there_is_room_again()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new ProxyMetrics(services.GetRequiredService<IMeterFactory>());
        var counted = 0L;
        using var listener = Listen(services, value => Interlocked.Add(ref counted, value));
        using var output = new Sink { Blocked = new ManualResetEventSlim() };
        var counter = metrics.Counter("fabraix.proxy.log.lines_lost", "{line}", "Lost.");
        using (var writer = new LineWriter(output, lines => Encoding.UTF8.GetBytes($"{lines} lost\n"), counter))
        {
            for (var i = 0; i < 100_000; i++)
                writer.Add("line\n"u8);
            output.Blocked.Set();
        }

        var (written, told) = Count(output);
        Assert.Equal(100_000, told + written);
        Assert.Equal(told, counted);
        Assert.NotEqual(0, told);
    }

    [Fact]
    public async Task Are_told_at_the_end_although_no_line_follows_them()
    {
        using var output = new Sink { Blocked = new ManualResetEventSlim() };
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LineWriter? writer = null;
        using (writer = new LineWriter(output, TellAndLoseOneMore))
        {
            writer.Add("line\n"u8);
            await output.Begun.Task.WaitAsync(Bound, TestContext.Current.CancellationToken);
            for (var i = 0; i < 10_000; i++)
                writer.Add("line\n"u8);
            output.Blocked.Set();
            await told.Task.WaitAsync(Bound, TestContext.Current.CancellationToken);
        }

        var (written, lost) = Count(output);
        Assert.Equal(10_002, written + lost);

        // At this moment the queue is full, and about to be emptied.
        byte[] TellAndLoseOneMore(long lines)
        {
            if (!told.Task.IsCompleted)
                writer!.Add("line\n"u8);
            told.TrySetResult();
            return Encoding.UTF8.GetBytes($"{lines} lost\n");
        }
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Are_told_when_the_output_is_well_again_whatever_was_wrong_with_it(Exception failure)
    {
        using var output = new Sink { Failure = failure };
        using var writer = new LineWriter(output, lines => Encoding.UTF8.GetBytes($"{lines} lost\n"));
        writer.Add("one\n"u8);
        await output.Tried.Task.WaitAsync(Bound, TestContext.Current.CancellationToken);
        output.Failure = null;

        writer.Add("two\n"u8);
        writer.Dispose();

        Assert.Equal("1 lost\ntwo\n", output.Text);
    }

    [Fact]
    public void Have_an_event_of_their_own_in_JSON()
    {
        using var output = new Sink { Blocked = new ManualResetEventSlim() };
        using (var provider = new LineLoggerProvider(output, LineFormat.Json, TimeProvider.System, lost: null))
        {
            var log = provider.CreateLogger("a category");
            for (var i = 0; i < 100_000; i++)
                log.Log(LogLevel.Information, 0, "line", null, static (state, _) => state);
            output.Blocked.Set();
        }

        var line = output.Text.Split('\n').First(line => line.Contains("1002", StringComparison.Ordinal));
        using var json = JsonDocument.Parse(line);
        Assert.Equal(1002, json.RootElement.GetProperty("event").GetInt32());
        Assert.Equal("Warning", json.RootElement.GetProperty("level").GetString());
        Assert.InRange(json.RootElement.GetProperty("lost").GetInt64(), 1, 100_000);
        Assert.Contains("log lines lost", json.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static (int Written, int Told) Count(Sink output)
    {
        var lines = output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var told = lines.Where(line => line.EndsWith(" lost", StringComparison.Ordinal)).Sum(line => int.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        return (lines.Count(line => line == "line"), told);
    }

    public static TheoryData<Exception> Failures() => [new IOException("Broken pipe"), new UnauthorizedAccessException("Gone"), new ObjectDisposedException("stdout"), new NotSupportedException("Not writable")];

    private static MeterListener Listen(ServiceProvider services, Action<long> add)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>())
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => add(value));
        listener.Start();
        return listener;
    }

    private sealed class Sink : MemoryStream
    {
        private readonly StringBuilder _text = new();

        public string Text => _text.ToString();

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Tried { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exception? Failure { get; set; }

        public ManualResetEventSlim? Blocked { get; init; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Begun.TrySetResult();
            Blocked?.Wait(Bound, cancellationToken);
            var failure = Failure;
            Tried.TrySetResult();
            if (failure is not null)
                throw failure;
            _text.Append(Encoding.UTF8.GetString(buffer.Span));
            return ValueTask.CompletedTask;
        }
    }
}
