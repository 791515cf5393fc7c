using System.Net.Sockets;
using Fabraix.Proxy.Commands;

namespace Fabraix.Proxy.Tests.Commands;

public sealed class StartFailureTests
{
    private static readonly SocketException Denied = new((int)SocketError.AccessDenied);

    /// <summary>Kestrel lets the socket's own exception through for one address, and hides two of them in one for localhost.</summary>
    [Fact]
    public void Says_why_a_port_may_not_be_listened_on()
    {
        var ofLocalhost = new IOException("Failed to bind to address http://localhost:80.", new AggregateException(Denied, Denied));

        Assert.True(StartFailure.IsOne(Denied));
        Assert.Equal("It may not listen where it is told. Reason: permission denied; ports below 1024 are the administrator's, so listen on a higher one.", StartFailure.Of(Denied));
        Assert.Equal("Failed to bind to address http://localhost:80. Reason: permission denied; ports below 1024 are the administrator's, so listen on a higher one.", StartFailure.Of(ofLocalhost));
    }

    [Fact]
    public void Leaves_alone_what_says_enough()
    {
        var taken = new IOException("Failed to bind to address http://127.0.0.1:8080: address already in use.", new SocketException((int)SocketError.AddressAlreadyInUse));

        Assert.Equal(taken.Message, StartFailure.Of(taken));
        Assert.Equal("No certificate.", StartFailure.Of(new InvalidOperationException("No certificate.")));
    }

    [Fact]
    public void Is_not_what_nobody_foresaw() => Assert.False(StartFailure.IsOne(new ArgumentNullException("value")));
}
