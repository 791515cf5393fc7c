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

    /// <summary>Gives the request its id, which the log and the answer tell.</summary>
    public static void Give(HttpContext context) => Set(context, For(context.Request));

    /// <summary>Gives it a random one after all, where the client's turns out to be harmful.</summary>
    public static void Renew(HttpContext context) => Set(context, Random());

    internal static string For(HttpRequest request)
    {
        var sent = request.Headers[ProxyHeaders.RequestId];
        return sent.Count == 1 && sent[0] is { Length: > 0 and <= Longest } id && !id.AsSpan().ContainsAnyExcept(Harmless)
            ? id
            : Random();
    }

    private static string Random() => ActivityTraceId.CreateRandom().ToHexString();

    private static void Set(HttpContext context, string id)
    {
        context.TraceIdentifier = id;
        context.Response.Headers[ProxyHeaders.RequestId] = id;
    }
}
