using StackExchange.Redis;

namespace Fabraix.Proxy.Redis;

/// <summary>Why Redis did not do what was asked, in words that hold nothing of a key, a value, an address or a password.</summary>
/// <param name="Outcome">What the metric calls it.</param>
/// <param name="Words">For logs and readiness.</param>
/// <param name="IsAway">Whether it will be so for others, too: then nobody asks until a probe succeeds.</param>
internal sealed record RedisFailure(string Outcome, string Words, bool IsAway)
{
    public const string NoScript = "NOSCRIPT";

    public static readonly RedisFailure Late = new("late", $"does not answer within {RedisStore.Limit.TotalMilliseconds:0} ms", IsAway: false);

    // What Redis says while it takes nothing from anybody; the rest is about one script or its keys.
    private static readonly Dictionary<string, string> States = new(StringComparer.Ordinal)
    {
        ["READONLY"] = "is read-only (READONLY)",
        ["OOM"] = "is out of memory (OOM)",
        ["LOADING"] = "is loading its data (LOADING)",
        ["MISCONF"] = "cannot write its data to disk (MISCONF)",
        ["MASTERDOWN"] = "has lost its primary (MASTERDOWN)",
        ["NOREPLICAS"] = "has too few replicas (NOREPLICAS)",
        ["BUSY"] = "is busy with a script (BUSY)",
        ["CLUSTERDOWN"] = "has slots that nobody serves (CLUSTERDOWN)",
        ["NOAUTH"] = "asks for a password (NOAUTH)",
        ["WRONGPASS"] = "refuses user or password (WRONGPASS)",
    };

    public static RedisFailure Of(Exception exception) => exception switch
    {
        RedisTimeoutException or TimeoutException => Late,
        RedisServerException server => OfServer(server.Message),
        RedisConnectionException { FailureType: var type } => OfConnection(type),
        _ => new RedisFailure("unreachable", $"cannot be asked ({exception.GetType().Name})", IsAway: true),
    };

    public static RedisFailure OfConnection(ConnectionFailureType type) => new("unreachable", type switch
    {
        ConnectionFailureType.AuthenticationFailure => "refuses user or password, or the certificate is not accepted (AuthenticationFailure)",
        _ => $"cannot be reached ({type})",
    }, IsAway: true);

    private static RedisFailure OfServer(string message)
    {
        var code = CodeOf(message);
        return States.TryGetValue(code, out var state) ? new RedisFailure("refused", state, IsAway: true)
            : new RedisFailure("failed", code == "NOPERM" ? "does not let the user do what is needed (NOPERM)" : $"refuses a script ({(code.Length is > 0 and <= 16 ? code : "ERR")})", IsAway: false);
    }

    /// <summary>The first word, where it is one that Redis would choose.</summary>
    private static string CodeOf(string message) => new([.. message.TakeWhile(char.IsAsciiLetterUpper)]);
}
