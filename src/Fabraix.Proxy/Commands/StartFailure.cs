using System.Net.Sockets;
using System.Security.Cryptography;

namespace Fabraix.Proxy.Commands;

/// <summary>What stops a start that the configuration alone could not foretell: an address in use or out of reach, a certificate that cannot be read.</summary>
internal static class StartFailure
{
    public static bool IsOne(Exception e) => e is IOException or FormatException or InvalidOperationException or CryptographicException or UnauthorizedAccessException or SocketException;

    public static string Of(Exception e)
    {
        // For localhost Kestrel tries IPv4 and IPv6, and keeps both reasons inside.
        if (All(e).OfType<SocketException>().FirstOrDefault() is not { SocketErrorCode: not SocketError.AddressAlreadyInUse } socket)
            return e.Message;
        var why = socket.SocketErrorCode == SocketError.AccessDenied ? "permission denied; ports below 1024 are the administrator's, so listen on a higher one" : socket.Message;
        return e is SocketException ? $"It may not listen where it is told. Reason: {why}." : $"{e.Message} Reason: {why}.";
    }

    private static IEnumerable<Exception> All(Exception e) => e switch
    {
        AggregateException many => many.InnerExceptions.SelectMany(All),
        { InnerException: { } inner } => All(inner).Prepend(e),
        _ => [e],
    };
}
