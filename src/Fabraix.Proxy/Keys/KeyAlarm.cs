using System.Diagnostics.Metrics;
using System.Net;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Keys;

/// <summary>Says as loudly as it can that the key is where it must not be.</summary>
internal sealed partial class KeyAlarm(ProxyMetrics metrics, ILogger<KeyAlarm> log)
{
    private readonly Counter<long> _answers = metrics.Counter("fabraix.proxy.key.leaks", "{answer}", "Answers of the upstream that held a key and were blocked or cut.");
    private readonly Counter<long> _requests = metrics.Counter("fabraix.proxy.key.exposures", "{request}", "Requests that held a key: it is known outside.");

    /// <summary>An answer of the upstream holds a key.</summary>
    public void InAnswer(HttpContext context, string where)
    {
        _answers.Add(1, new KeyValuePair<string, object?>("fabraix.where", where));
        Log.InAnswer(log, where, context.TraceIdentifier);
    }

    /// <summary>A request holds a key.</summary>
    public void InRequest(HttpContext context, string where)
    {
        _requests.Add(1, new KeyValuePair<string, object?>("fabraix.where", where));
        Log.InRequest(log, where, context.Connection.RemoteIpAddress, context.TraceIdentifier);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.KeyInAnswer, LogLevel.Critical, "AN ANSWER OF THE UPSTREAM HELD AN API KEY ({Where}). It was blocked or cut; id {RequestId}. Find out why the upstream repeats it.")]
        public static partial void InAnswer(ILogger logger, string where, string requestId);

        [LoggerMessage(EventIds.KeyInRequest, LogLevel.Critical, "THE API KEY IS OUT: a request from {Address} held it ({Where}); id {RequestId}. Make a new key, put it in the store, and delete this one.")]
        public static partial void InRequest(ILogger logger, string where, IPAddress? address, string requestId);
    }
}
