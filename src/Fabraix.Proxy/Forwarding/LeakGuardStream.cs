using System.Runtime.CompilerServices;
using Fabraix.Proxy.Keys;

namespace Fabraix.Proxy.Forwarding;

/// <summary>
/// Reads an answer's body and lets nothing of a key through: each piece goes on as soon as it has come, but for an end of four bytes
/// or more with which a key begins, which waits for what follows. A key ends the reading with <see cref="KeyInAnswerException"/>.
/// </summary>
/// <remarks>
/// Kept from one piece to the next is the longest end with which a key begins, and nothing else: any other key would have begun
/// later. Where it is shorter than four bytes it has gone on already, and is kept to be searched again in front of what follows.
/// The bytes stay in the caller's buffer as long as that is longer than what is kept, as the forwarder's always is.
/// </remarks>
/// <param name="inner">The answer's body.</param>
/// <param name="keys">What to search for, asked anew for each piece: keys change while a stream runs.</param>
internal sealed class LeakGuardStream(Stream inner, Func<KeySearch> keys) : Stream
{
    /// <summary>Least length of a key's beginning that is held back: three bytes would delay ordinary text by chance.</summary>
    public const int LeastHeld = 4;

    private const int StageRoom = 4 * 1024;

    private byte[] _kept = [];
    private int _length; // of what is kept
    private int _gone; // of that, how many went on already
    private byte[] _stage = [];
    private ReadOnlyMemory<byte> _ready; // judged, and longer than the caller's buffer was

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A reading of nothing waits until there is something to read; the forwarder takes no buffer before that.
        if (buffer.IsEmpty)
            return _ready.IsEmpty ? await inner.ReadAsync(buffer, cancellationToken) : 0;

        var read = -1;
        while (_ready.IsEmpty && read != 0)
        {
            var room = buffer.Length > _length ? buffer : Stage();
            _kept.AsSpan(0, _length).CopyTo(room.Span);
            read = await inner.ReadAsync(room[_length..], cancellationToken);
            _ready = Pass(room[..(_length + read)], read == 0 ? KeySearch.Nothing : keys());
        }

        // Most often it is in its place already, and all of it.
        var count = Math.Min(buffer.Length, _ready.Length);
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Those of the bytes, which begin with what was kept, that may go on now. With nothing to search for, as at the end, all may.</summary>
    private ReadOnlyMemory<byte> Pass(ReadOnlyMemory<byte> bytes, KeySearch search)
    {
        if (search.IsIn(bytes.Span, out var begun))
            throw new KeyInAnswerException();

        var from = _gone;
        var begin = bytes.Length - begun;
        var to = begun < LeastHeld ? bytes.Length : Math.Max(from, begin);
        if (_kept.Length < begun)
            _kept = new byte[begun * 2];
        bytes.Span[begin..].CopyTo(_kept);
        (_length, _gone) = (begun, to - begin);
        return bytes[from..to];
    }

    private Memory<byte> Stage() => _stage.Length > _length ? _stage : _stage = new byte[_length + StageRoom];
}

/// <summary>The upstream's answer holds a key.</summary>
internal sealed class KeyInAnswerException() : IOException("The answer held an API key.");
