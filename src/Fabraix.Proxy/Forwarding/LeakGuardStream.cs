using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Forwarding;

/// <summary>
/// Reads an answer's body and lets nothing of a key through: each piece goes on as soon as it has come, but for an end with which a
/// key may begin, which waits for what follows. A key ends the reading with <see cref="KeyInAnswerException"/>.
/// </summary>
/// <remarks>
/// The bytes stay in the caller's buffer, which must be longer than the longest spelling of a key. Of what has gone on already it
/// keeps so much that a key whose first few bytes are among it is still seen whole.
/// </remarks>
/// <param name="inner">The answer's body.</param>
/// <param name="keys">What to search for, asked anew for each piece: keys change while a stream runs.</param>
internal sealed class LeakGuardStream(Stream inner, Func<KeySearch> keys) : Stream
{
    private byte[] _held = [];
    private byte[] _before = [];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A reading of nothing waits until there is something to read; the forwarder takes no buffer before that.
        if (buffer.IsEmpty)
            return await inner.ReadAsync(buffer, cancellationToken);
        if (buffer.Length <= _held.Length)
            throw new ArgumentException("The buffer is no longer than what is held back.", nameof(buffer));

        while (true)
        {
            var held = _held.Length;
            _held.CopyTo(buffer);
            var count = await inner.ReadAsync(buffer[held..], cancellationToken);
            if (count == 0)
            {
                // The end: what was held back is no key.
                _held = [];
                return held;
            }

            var passed = Pass(buffer.Span[..(held + count)], keys());
            if (passed > 0)
                return passed;
        }
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

    /// <summary>How many of the bytes may go on; the rest is held back.</summary>
    private int Pass(ReadOnlySpan<byte> bytes, KeySearch search)
    {
        if (search.IsEmpty)
        {
            _held = [];
            return bytes.Length;
        }

        var reach = search.Longest - 1;
        var begin = bytes[..Math.Min(reach, bytes.Length)];
        if (search.IsIn(bytes) || (_before.Length > 0 && search.IsIn([.. _before, .. begin])))
            throw new KeyInAnswerException();

        // Where a piece is shorter than a key, a key's beginning may lie across it and what went before.
        var end = bytes.Length >= reach ? bytes[^reach..] : (ReadOnlySpan<byte>)[.. _before, .. bytes];
        var hold = Math.Min(bytes.Length, search.BegunAtEnd(end));
        _held = hold == 0 ? [] : bytes[^hold..].ToArray();

        var gone = bytes[..^hold];
        _before = gone.Length >= reach ? gone[^reach..].ToArray() : Last([.. _before, .. gone], reach);
        return gone.Length;
    }

    private static byte[] Last(byte[] bytes, int most) => bytes.Length <= most ? bytes : bytes[^most..];
}

/// <summary>The upstream's answer holds a key.</summary>
internal sealed class KeyInAnswerException() : IOException("The answer held an API key.");
