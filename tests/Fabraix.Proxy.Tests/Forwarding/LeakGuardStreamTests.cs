using Fabraix.Proxy.Forwarding;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Tests.Keys;
using FsCheck.Xunit;

namespace Fabraix.Proxy.Tests.Forwarding;

/// <summary>What has gone on never holds a whole spelling, and what is held back is exactly the end that may become one.</summary>
public sealed class LeakGuardStreamTests
{
    private const string Key = "fx_test_Az09-._~+/=KLMnopQRSTuvw";

    private static readonly byte[] Plain = System.Text.Encoding.ASCII.GetBytes(Key);
    private static readonly KeySearch Search = KeySearch.For([RandomKeys.Key(Key)]);

    /// <summary>After every reading, however body and buffers are cut: the bytes are the body's, and no more and no fewer than may be known.</summary>
    [Property(MaxTest = 400)]
    public async Task Passes_at_once_all_that_cannot_become_a_key(int seed)
    {
        var random = new Random(seed);
        var values = new[] { RandomKeys.Value(random), RandomKeys.Value(random) };
        var spellings = RandomKeys.Spellings(values);
        var body = RandomKeys.Text(random, spellings, whole: random.Next(2) == 0);
        var inner = new Pieces(Pieces.Of(body, random, random.Next(1, 100)));
        var leaks = Array.Exists(spellings, spelling => body.AsSpan().IndexOf(spelling) >= 0);
        var search = KeySearch.For(values.Select(RandomKeys.Key));
        await using var guard = new LeakGuardStream(inner, () => search);

        // A buffer shorter than what is held gets its bytes bit by bit: then fewer may have gone on.
        var small = random.Next(3) == 0;
        var buffer = new byte[small ? random.Next(1, 50) : 4096];
        var (passed, known) = (new List<byte>(), 0);
        var cut = await Record.ExceptionAsync(async () =>
        {
            while (await ReadAsync(guard, buffer) is > 0 and var count)
            {
                passed.AddRange(buffer.AsSpan(0, count));
                known = Math.Max(known, inner.Given.Count - Held(spellings, [.. inner.Given]));
                if (inner.Given.Count < body.Length)
                    Assert.InRange(passed.Count, small ? 0 : known, known);
            }
        });

        Assert.Equal(leaks, cut is KeyInAnswerException);
        Assert.True(body.AsSpan().StartsWith(passed.ToArray()), "Something else came than was sent");
        Assert.DoesNotContain(spellings, spelling => passed.ToArray().AsSpan().IndexOf(spelling) >= 0);
        if (!leaks)
            Assert.True(cut is null && passed.Count == body.Length, "A clean body was not passed whole");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(4, 4)]
    [InlineData(31, 31)]
    public async Task Holds_back_a_beginning_of_four_bytes_or_more(int begun, int held)
    {
        byte[] first = [.. "data: "u8, .. Plain[..begun]];
        await using var guard = Guard(first, "x"u8.ToArray());
        var buffer = new byte[4096];

        Assert.Equal(first.Length - held, await ReadAsync(guard, buffer));
        Assert.Equal(held + 1, await ReadAsync(guard, buffer));
        Assert.True(buffer.AsSpan(0, held).SequenceEqual(Plain.AsSpan(begun - held, held)), "Not what was held back");
        Assert.Equal(0, await ReadAsync(guard, buffer));
        Assert.Equal(0, await ReadAsync(guard, buffer));
    }

    [Fact]
    public async Task Passes_at_the_end_what_it_held_back()
    {
        await using var guard = Guard("data: "u8.ToArray(), Plain[..20]);
        using var copy = new MemoryStream();
        await CopyAsync(guard, copy);

        Assert.Equal(26, copy.Length);
    }

    [Fact]
    public async Task Finds_a_key_at_every_cut_and_lets_three_bytes_of_it_go_at_most()
    {
        for (var first = 0; first <= Plain.Length; first++)
        {
            for (var second = first; second <= Plain.Length; second++)
            {
                await using var guard = Guard([.. "ab"u8, .. Plain[..first]], Plain[first..second], [.. Plain[second..], .. "yz"u8]);
                using var passed = new MemoryStream();
                await Assert.ThrowsAsync<KeyInAnswerException>(() => CopyAsync(guard, passed));
                Assert.InRange(passed.Length, 0, 2 + 3);
            }
        }
    }

    [Fact]
    public async Task Finds_a_key_that_comes_byte_by_byte()
    {
        await using var guard = Guard([.. Plain.Select(one => new[] { one })]);
        using var passed = new MemoryStream();

        await Assert.ThrowsAsync<KeyInAnswerException>(() => CopyAsync(guard, passed));
        Assert.Equal(3, passed.Length);
    }

    /// <summary>The forwarder waits with an empty buffer, to take one only when there is something to read.</summary>
    [Fact]
    public async Task Reads_nothing_into_an_empty_buffer()
    {
        var waiting = new TaskCompletionSource<int>();
        await using var guard = new LeakGuardStream(new Waiting(waiting.Task), () => Search);
        var reading = ReadAsync(guard, Memory<byte>.Empty);
        Assert.False(reading.IsCompleted);
        waiting.SetResult(0);

        Assert.Equal(0, await reading);
    }

    [Fact]
    public async Task Searches_for_a_key_that_becomes_known_while_it_runs()
    {
        var search = KeySearch.Nothing;
        await using var guard = new LeakGuardStream(new Pieces([Plain, Plain]), () => search);
        var buffer = new byte[4096];
        Assert.Equal(Plain.Length, await ReadAsync(guard, buffer));
        search = Search;

        await Assert.ThrowsAsync<KeyInAnswerException>(async () => await ReadAsync(guard, buffer));
    }

    [Fact]
    public async Task Lets_go_what_it_held_back_for_a_key_that_is_forgotten()
    {
        var search = Search;
        await using var guard = new LeakGuardStream(new Pieces(["a"u8.ToArray(), Plain[..20], "b"u8.ToArray()]), () => search);
        var buffer = new byte[4096];
        Assert.Equal(1, await ReadAsync(guard, buffer));
        search = KeySearch.Nothing;

        Assert.Equal(20, await ReadAsync(guard, buffer));
    }

    [Fact]
    public async Task Allocates_nothing_for_pieces_without_a_key()
    {
#if DEBUG
        Assert.Skip("A debug build allocates for every asynchronous method: use -c Release, as tests/run does.");
#endif
        await using var guard = new LeakGuardStream(new Endless(), () => Search);
        var buffer = new byte[64 * 1024];
        for (var i = 0; i < 100; i++)
            await ReadAsync(guard, buffer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            await ReadAsync(guard, buffer);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    private static LeakGuardStream Guard(params byte[][] pieces) => new(new Pieces(pieces), () => Search);

    private static ValueTask<int> ReadAsync(LeakGuardStream guard, Memory<byte> buffer) => guard.ReadAsync(buffer, CancellationToken.None);

    private static Task CopyAsync(LeakGuardStream guard, Stream to) => guard.CopyToAsync(to, CancellationToken.None);

    /// <summary>The longest end of four bytes or more with which a spelling begins.</summary>
    private static int Held(byte[][] spellings, byte[] bytes)
    {
        for (var length = bytes.Length; length >= 4; length--)
        {
            if (Array.Exists(spellings, spelling => spelling.AsSpan().StartsWith(bytes.AsSpan(bytes.Length - length))))
                return length;
        }

        return 0;
    }

    private sealed class Waiting(Task<int> until) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => await until;
    }

    /// <summary>Ends every second piece with two bytes of a key.</summary>
    private sealed class Endless : MemoryStream
    {
        private int _pieces;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'a');
            if (++_pieces % 2 == 0)
                Plain.AsSpan(0, 2).CopyTo(buffer.Span[^2..]);
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
