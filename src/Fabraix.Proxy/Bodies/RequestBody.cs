using System.Buffers;

namespace Fabraix.Proxy.Bodies;

/// <summary>A yes-or-no question about a body's bytes.</summary>
internal delegate bool BodyQuestion(ReadOnlySpan<byte> body);

/// <summary>
/// A whole request body in pooled memory. Each attempt to send it opens a reader of its own. Reading copies under a lock, so that
/// no reader can still be in the memory when it goes back to the pool and becomes another user's body.
/// </summary>
internal sealed class RequestBody(BodyBudget budget) : IDisposable
{
    private readonly Lock _gate = new();
    private byte[]? _bytes = [];
    private int _length;
    private int _read;
    private bool _released;
    private long _taken;

    public int Length => _length;

    /// <summary>Room for more bytes, with no more than <paramref name="atMost"/> in all asked for, or empty where the budget does not allow it.</summary>
    public Memory<byte> Grow(int atLeast, int atMost = int.MaxValue)
    {
        var bytes = _bytes ?? throw new ObjectDisposedException(nameof(RequestBody));
        if (bytes.Length - _length < atLeast)
        {
            // The array that is outgrown is held until its bytes have moved. What counts is the array that the pool gave, up to twice the size asked for.
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + atLeast, (int)Math.Min(atMost, bytes.Length * 2L)));
            if (!budget.TryTake(larger.Length))
            {
                ReturnArray(larger);
                return default;
            }

            bytes.AsSpan(0, _length).CopyTo(larger);
            ReturnArray(bytes);
            budget.Return(_taken);
            (_bytes, _taken) = (larger, larger.Length);
            bytes = larger;
        }

        return bytes.AsMemory(_length);
    }

    public void Advance(int count) => _length += count;

    /// <summary>The body from its beginning; a reader that outlives the request throws.</summary>
    public Stream Open() => new Reader(this);

    /// <summary>Gives the memory back once all of it was read: an answer may stream for hours after its request was sent. Nothing can be sent again then.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (_bytes is { } bytes && _read == _length)
            {
                _bytes = [];
                ReturnArray(bytes);
                budget.Return(_taken);
                (_taken, _released) = (0, true);
            }
        }
    }

    /// <summary>Asks a question about the whole of it.</summary>
    public bool Ask(BodyQuestion question)
    {
        lock (_gate)
            return question(Whole());
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_bytes is { } bytes)
            {
                _bytes = null;
                ReturnArray(bytes);
                budget.Return(_taken);
            }
        }
    }

    private ReadOnlySpan<byte> Whole() => _bytes is null || _released ? throw new ObjectDisposedException(nameof(RequestBody)) : _bytes.AsSpan(0, _length);

    private int Read(int position, Span<byte> buffer)
    {
        lock (_gate)
        {
            if (_released && position == _length)
                return 0;
            var left = Whole()[position..];
            var count = Math.Min(buffer.Length, left.Length);
            left[..count].CopyTo(buffer);
            _read = Math.Max(_read, position + count);
            return count;
        }
    }

    private static void ReturnArray(byte[] bytes)
    {
        if (bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    private sealed class Reader(RequestBody body) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => body.Length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var count = body.Read(_position, buffer);
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
