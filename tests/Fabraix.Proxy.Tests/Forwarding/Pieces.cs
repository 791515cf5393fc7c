namespace Fabraix.Proxy.Tests.Forwarding;

/// <summary>A body that comes in these pieces, one a reading, or less where the buffer is shorter.</summary>
internal sealed class Pieces(IEnumerable<byte[]> pieces) : MemoryStream
{
    private readonly Queue<ReadOnlyMemory<byte>> _pieces = new(pieces.Where(piece => piece.Length > 0).Select(piece => new ReadOnlyMemory<byte>(piece)));
    private ReadOnlyMemory<byte> _rest;

    /// <summary>What has been read.</summary>
    public List<byte> Given { get; } = [];

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.IsEmpty && !_pieces.TryDequeue(out _rest))
            return ValueTask.FromResult(0);
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        Given.AddRange(_rest[..count].Span);
        _rest = _rest[count..];
        return ValueTask.FromResult(count);
    }

    /// <summary>Cuts a body at random places.</summary>
    public static IEnumerable<byte[]> Of(byte[] body, Random random, int longest)
    {
        for (var at = 0; at < body.Length;)
        {
            var length = Math.Min(random.Next(1, longest + 1), body.Length - at);
            yield return body[at..(at + length)];
            at += length;
        }
    }
}
