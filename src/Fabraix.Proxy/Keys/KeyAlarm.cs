using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Keys;

/// <summary>Says as loudly as it can that the key is where it must not be.</summary>
internal sealed partial class KeyAlarm
{
    // Zero from the start on: Prometheus sees no increase in a series that begins with its first event.
    private readonly ConcurrentDictionary<string, long> _answers = new() { ["header"] = 0, ["body"] = 0 };
    private readonly ConcurrentDictionary<string, long> _requests = new() { ["target"] = 0, ["header"] = 0, ["body"] = 0 };
    private readonly ILogger<KeyAlarm> _log;

    public KeyAlarm(ProxyMetrics metrics, ILogger<KeyAlarm> log)
    {
        _log = log;
        metrics.Tally("fabraix.proxy.key.leaks", "{answer}", "Answers of the upstream that held a key and were blocked or cut.", () => Counts(_answers));
        metrics.Tally("fabraix.proxy.key.exposures", "{request}", "Requests that held a key: it is known outside.", () => Counts(_requests));
    }

    /// <summary>An answer of the upstream holds a key.</summary>
    public void InAnswer(HttpContext context, string where)
    {
        Count(_answers, where);
        Log.InAnswer(_log, where, context.TraceIdentifier);
    }

    /// <summary>A request holds a key.</summary>
    public void InRequest(HttpContext context, string where)
    {
        Count(_requests, where);
        Log.InRequest(_log, where, context.Connection.RemoteIpAddress, context.TraceIdentifier);
    }

    private static void Count(ConcurrentDictionary<string, long> counts, string where) => counts.AddOrUpdate(where, 1, static (_, count) => count + 1);

    private static IEnumerable<Measurement<long>> Counts(ConcurrentDictionary<string, long> counts) =>
        counts.Select(entry => new Measurement<long>(entry.Value, new KeyValuePair<string, object?>("fabraix.where", entry.Key)));

    private static partial class Log
    {
        [LoggerMessage(EventIds.KeyInAnswer, LogLevel.Critical, "AN ANSWER OF THE UPSTREAM HELD AN API KEY ({Where}). It was blocked or cut; id {RequestId}. Find out why the upstream repeats it.")]
        public static partial void InAnswer(ILogger logger, string where, string requestId);

        [LoggerMessage(EventIds.KeyInRequest, LogLevel.Critical, "THE API KEY IS OUT: a request from {Address} held it ({Where}); id {RequestId}. Make a new key, put it in the store, and delete this one.")]
        public static partial void InRequest(ILogger logger, string where, IPAddress? address, string requestId);
    }
}
