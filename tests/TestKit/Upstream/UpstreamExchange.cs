using System.Text;

namespace Fabraix.TestKit;

/// <summary>One request at the upstream, and the means to answer it well or badly.</summary>
internal sealed class UpstreamExchange(UpstreamConnection connection, RecordedRequest request)
{
    public RecordedRequest Request => request;

    /// <summary>Completes when the proxy has left this connection.</summary>
    public Task Gone => connection.Gone;

    /// <summary>The script has closed: no further request is read from this connection.</summary>
    public bool Ended { get; private set; }

    public Task SendAsync(string latin1) => connection.WriteAsync(Encoding.Latin1.GetBytes(latin1));

    public Task SendAsync(byte[] bytes) => connection.WriteAsync(bytes);

    /// <summary>An ordinary end: what was sent arrives, then the connection closes.</summary>
    public void Close()
    {
        Ended = true;
        connection.FinishSending();
    }

    /// <summary>An abrupt end.</summary>
    public void Reset()
    {
        Ended = true;
        connection.Reset();
    }
}
