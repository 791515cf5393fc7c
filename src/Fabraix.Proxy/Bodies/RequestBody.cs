using System.Buffers;

namespace Fabraix.Proxy.Bodies;

/// <summary>
/// A whole request body in pooled memory, read by the forwarder as a stream. Reading copies under a lock, so that no reader
/// can still be in the memory when it goes back to the pool and becomes another user's body.
/// </summary>
internal sealed class RequestBody(BodyBudget budget) : Stream
{
    private readonly Lock _gate = new();
    private byte[]? _bytes = [];
    private int _length;
    private int _position;
    private long _taken;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

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

    /// <summary>Gives the memory back once all of it was read: an answer may stream for hours after its request is gone.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (_bytes is { } bytes && _position == _length)
            {
                _bytes = [];
                ReturnArray(bytes);
                budget.Return(_taken);
                _taken = 0;
            }
        }
    }

    public override int Read(Span<byte> buffer)
    {
        lock (_gate)
        {
            var bytes = _bytes ?? throw new ObjectDisposedException(nameof(RequestBody));
            var count = Math.Min(buffer.Length, _length - _position);
            if (count == 0)
                return 0;
            bytes.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }
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

    protected override void Dispose(bool disposing)
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

        base.Dispose(disposing);
    }

    private static void ReturnArray(byte[] bytes)
    {
        if (bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}
