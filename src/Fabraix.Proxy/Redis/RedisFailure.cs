using System.Security.Authentication;
using StackExchange.Redis;

namespace Fabraix.Proxy.Redis;

/// <summary>Why Redis did not do what was asked, in words that hold nothing of a key, a value, an address or a password.</summary>
/// <param name="Outcome">What the metric calls it.</param>
/// <param name="Words">For logs and readiness.</param>
/// <param name="IsAway">Whether it will be so for others, too: then nobody asks until a probe succeeds.</param>
internal sealed record RedisFailure(string Outcome, string Words, bool IsAway)
{
    public const string NoScript = "NOSCRIPT";
    public const string NotReached = "cannot be reached";

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
        RedisConnectionException => new RedisFailure("unreachable", OfConnection(exception), IsAway: true),
        _ => new RedisFailure("unreachable", $"cannot be asked ({exception.GetType().Name})", IsAway: true),
    };

    /// <summary>The command's exception says that there is no connection; the one within says why.</summary>
    private static string OfConnection(Exception exception)
    {
        var type = ConnectionFailureType.None;
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
                return "has a certificate that is not accepted";
            if (cause is RedisConnectionException { FailureType: var inner })
                type = inner;
        }

        return type switch
        {
            ConnectionFailureType.AuthenticationFailure => "refuses user or password",
            ConnectionFailureType.UnableToResolvePhysicalConnection => $"{NotReached} for writing: it is no primary, or cut off ({type})",
            _ => $"{NotReached} ({type})",
        };
    }

    private static RedisFailure OfServer(string message)
    {
        var code = CodeOf(message);
        return States.TryGetValue(code, out var state) ? new RedisFailure("refused", state, IsAway: true)
            : new RedisFailure("failed", code == "NOPERM" ? "does not let the user do what is needed (NOPERM)" : $"refuses a script ({(code.Length is > 0 and <= 16 ? code : "ERR")})", IsAway: false);
    }

    /// <summary>The first word, where it is one that Redis would choose. Before Redis 7 what a script met stands behind a minus within.</summary>
    private static string CodeOf(string message) => message.StartsWith("ERR The user executing the script can't", StringComparison.Ordinal) ? "NOPERM" : message.StartsWith("ERR ", StringComparison.Ordinal)
        ? States.Keys.FirstOrDefault(code => message.Contains($"-{code} ", StringComparison.Ordinal)) ?? "ERR"
        : new([.. message.TakeWhile(char.IsAsciiLetterUpper)]);
}
