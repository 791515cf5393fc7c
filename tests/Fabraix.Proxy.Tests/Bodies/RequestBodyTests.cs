using Fabraix.Proxy.Bodies;
using FsCheck;
using FsCheck.Xunit;

namespace Fabraix.Proxy.Tests.Bodies;

public sealed class RequestBodyTests
{
    private readonly BodyBudget _budget = new(1024 * 1024);

    [Property(MaxTest = 200)]
    public void Gives_back_what_was_put_in_whatever_the_pieces(NonEmptyArray<byte[]> pieces, PositiveInt step)
    {
        using var body = new RequestBody(_budget);
        foreach (var piece in pieces.Get)
            Put(body, piece ?? []);

        Assert.Equal(pieces.Get.SelectMany(piece => piece ?? []), ReadAll(body, step.Get));
    }

    [Fact]
    public void Keeps_what_it_holds_while_it_grows_and_takes_no_more_than_it_uses()
    {
        var body = new RequestBody(_budget);
        for (var i = 0; i < 1000; i++)
            Put(body, [(byte)i, (byte)(i >> 8), 7]);

        Assert.Equal(3000, body.Length);
        Assert.InRange(_budget.Taken, 3000, 2 * 3001);
        Assert.Equal(Enumerable.Range(0, 1000).SelectMany(i => new[] { (byte)i, (byte)(i >> 8), (byte)7 }), ReadAll(body, 11));
        body.Dispose();
        Assert.Equal(0, _budget.Taken);
    }

    [Fact]
    public void Gives_no_room_past_the_budget_and_keeps_what_it_has()
    {
        var budget = new BodyBudget(100);
        using var body = new RequestBody(budget);
        Put(body, new byte[40]);

        Assert.True(body.Grow(200).IsEmpty);

        Assert.Equal(64, budget.Taken); // what the pool gave for 40
        Assert.Equal(40, ReadAll(body, 64).Count);
    }

    /// <summary>As the body step grows it: by one byte at least, to one more than the route takes, so that a byte too many is seen.</summary>
    [Theory]
    [InlineData(4096, 1000)]
    [InlineData(5000, 4096)]
    [InlineData(65_536, 4096)]
    [InlineData(65_536, 65_535)]
    [InlineData(262_144, 16_384)]
    public void Takes_no_more_than_it_may_ever_hold_besides_what_it_outgrows(int maxBytes, int piece)
    {
        // The array that is outgrown is held until its bytes have moved: for that long both count.
        var most = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)maxBytes + 1); // as the pool gives it
        var budget = new BodyBudget(most + (most / 2));
        using var body = new RequestBody(budget);
        while (body.Length < maxBytes)
        {
            var room = body.Grow(1, maxBytes + 1);
            Assert.False(room.IsEmpty);
            Assert.InRange(budget.Taken, body.Length + 1, most);
            body.Advance((int)Math.Min(Math.Min(piece, room.Length), maxBytes - body.Length));
        }

        Assert.False(body.Grow(1, maxBytes + 1).IsEmpty);
        Assert.Equal(most, budget.Taken);
    }

    /// <summary>An answer may stream for hours after its request was sent.</summary>
    [Fact]
    public void Gives_its_memory_back_when_all_of_it_was_read_and_not_before()
    {
        using var body = new RequestBody(_budget);
        Put(body, [1, 2, 3]);
        using var reader = body.Open();
        Assert.Equal(2, reader.Read(new byte[2]));

        body.Release();
        Assert.NotEqual(0, _budget.Taken);
        Assert.Equal(1, reader.Read(new byte[2]));
        body.Release();
        body.Release();

        Assert.Equal(0, _budget.Taken);
        Assert.Equal(0, reader.Read(new byte[2]));
        Assert.Equal(3, body.Length);
        Assert.Throws<ObjectDisposedException>(() => body.Open().Read(new byte[2]));
    }

    [Fact]
    public void Returns_its_memory_once_however_often_it_is_disposed()
    {
        var body = new RequestBody(_budget);
        Put(body, new byte[100]);
        Assert.NotEqual(0, _budget.Taken);

        body.Dispose();
        body.Dispose();

        Assert.Equal(0, _budget.Taken);
    }

    [Fact]
    public async Task Refuses_to_be_read_after_dispose()
    {
        var body = new RequestBody(_budget);
        Put(body, [1, 2, 3]);
        await using var reader = body.Open();
        body.Dispose();

        Assert.Throws<ObjectDisposedException>(() => reader.Read(new byte[3]));
        Assert.Throws<ObjectDisposedException>(() => reader.Read(new byte[3], 0, 3));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await reader.ReadExactlyAsync(new byte[3], TestContext.Current.CancellationToken));
        Assert.Throws<ObjectDisposedException>(() => body.Ask(_ => true));
        Assert.Throws<ObjectDisposedException>(() => body.Grow(1));
    }

    /// <summary>The pool hands a returned array to the next renter: a reader must never see what that one writes.</summary>
    [Fact]
    public async Task Never_reads_what_another_body_wrote_into_returned_memory()
    {
        using var stop = new CancellationTokenSource();
        var mixed = 0;
        var writer = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var other = new RequestBody(_budget);
                Put(other, Filled(0xBB));
            }
        }, TestContext.Current.CancellationToken);
        for (var round = 0; round < 2000; round++)
        {
            var body = new RequestBody(_budget);
            Put(body, Filled(0xAA));
            var reader = Task.Run(() => ReadUntilDisposed(body), TestContext.Current.CancellationToken);
            body.Dispose();
            mixed += await reader;
        }

        await stop.CancelAsync();
        await writer;
        Assert.Equal(0, mixed);
        Assert.Equal(0, _budget.Taken);
    }

    [Fact]
    public void Opens_streams_that_are_read_forward_only()
    {
        using var body = new RequestBody(_budget);
        using var reader = body.Open();

        Assert.Equal((true, false, false), (reader.CanRead, reader.CanSeek, reader.CanWrite));
        Assert.Throws<NotSupportedException>(() => reader.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => reader.Position = 1);
        Assert.Throws<NotSupportedException>(() => reader.SetLength(1));
        Assert.Throws<NotSupportedException>(() => reader.Write([1], 0, 1));
    }

    /// <summary>A request that is sent again is sent whole, and a reader of the first attempt does not move the second's.</summary>
    [Fact]
    public void Is_read_from_the_beginning_by_every_reader()
    {
        using var body = new RequestBody(_budget);
        Put(body, [1, 2, 3, 4]);
        using var first = body.Open();
        Assert.Equal(2, first.Read(new byte[2]));

        Assert.Equal([1, 2, 3, 4], ReadAll(body, 3));
        Assert.Equal(2, first.Read(new byte[9]));
        Assert.True(body.Ask(bytes => bytes.SequenceEqual(new byte[] { 1, 2, 3, 4 })));
    }

    private static byte[] Filled(byte value)
    {
        var bytes = new byte[8192];
        Array.Fill(bytes, value);
        return bytes;
    }

    private static int ReadUntilDisposed(RequestBody body)
    {
        var buffer = new byte[64];
        using var reader = body.Open();
        try
        {
            while (reader.Read(buffer) > 0)
            {
                if (buffer.AsSpan().ContainsAnyExcept((byte)0xAA))
                    return 1;
            }
        }
        catch (ObjectDisposedException)
        {
            // The owner was faster: that is the allowed end.
        }

        return 0;
    }

    private static void Put(RequestBody body, byte[] bytes)
    {
        bytes.CopyTo(body.Grow(Math.Max(1, bytes.Length)));
        body.Advance(bytes.Length);
    }

    private static List<byte> ReadAll(RequestBody body, int step)
    {
        var all = new List<byte>();
        var buffer = new byte[step];
        using var reader = body.Open();
        for (int count; (count = reader.Read(buffer)) > 0;)
            all.AddRange(buffer[..count]);
        return all;
    }
}
