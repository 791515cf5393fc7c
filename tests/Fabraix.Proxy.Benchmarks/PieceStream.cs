namespace Fabraix.Proxy.Benchmarks;

/// <summary>A body in memory that comes in pieces of one size.</summary>
internal sealed class PieceStream(byte[] body, int piece) : MemoryStream(body)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span[..Math.Min(buffer.Length, piece)]));
}
