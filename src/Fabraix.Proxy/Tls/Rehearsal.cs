using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Fabraix.Proxy.Tls;

/// <summary>Shakes hands with itself in memory: what a certificate cannot do, such as with a key that the TLS library finds too small, shows before a client meets it.</summary>
internal static class Rehearsal
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    public static async Task<bool> SucceedsAsync(ServerCertificate certificate, CancellationToken cancellation)
    {
        Pipe up = new(), down = new();
        await using var server = new SslStream(new TwoWay(up.Reader.AsStream(), down.Writer.AsStream()));
        await using var client = new SslStream(new TwoWay(down.Reader.AsStream(), up.Writer.AsStream()));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(Bound);
        var done = await Task.WhenAll(
            EndingAsync(server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Context }, end.Token), end),
            EndingAsync(client.AuthenticateAsClientAsync(Client(certificate.Leaf), end.Token), end));
        return Array.TrueForAll(done, static one => one);
    }

    /// <summary>Whoever fails sets the other free.</summary>
    private static async Task<bool> EndingAsync(Task handshake, CancellationTokenSource end)
    {
        try
        {
            await handshake;
            return true;
        }
        catch (Exception)
        {
            await end.CancelAsync();
            return false;
        }
    }

    // Whether clients trust it is theirs to say; here it is to be the one that was read.
    private static SslClientAuthenticationOptions Client(X509Certificate2 expected) => new()
    {
        TargetHost = "rehearsal",
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null && certificate.GetRawCertData().AsSpan().SequenceEqual(expected.RawDataMemory.Span),
    };

    private sealed class TwoWay(Stream from, Stream to) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => from.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => to.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => to.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => from.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => to.Write(buffer, offset, count);

        public override void Flush() => to.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
