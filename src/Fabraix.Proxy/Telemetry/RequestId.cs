using System.Buffers;
using System.Diagnostics;
using Fabraix.Proxy.Errors;

namespace Fabraix.Proxy.Telemetry;

/// <summary>The request's id: the client's where it is harmless in a log, else a random one.</summary>
internal static class RequestId
{
    private const int Longest = 64;

    private static readonly SearchValues<char> Harmless =
        SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static string For(HttpRequest request)
    {
        var sent = request.Headers[ProxyHeaders.RequestId];
        return sent.Count == 1 && sent[0] is { Length: > 0 and <= Longest } id && !id.AsSpan().ContainsAnyExcept(Harmless)
            ? id
            : ActivityTraceId.CreateRandom().ToHexString();
    }
}
