using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Tokens;

/// <summary>Why a key source gave no keys, in the same words for the log, readiness and <c>check --live</c>.</summary>
/// <param name="Outcome">One of few words, for metrics.</param>
/// <param name="Text">A sentence.</param>
internal readonly record struct KeySourceFailure(string Outcome, string Text)
{
    public static KeySourceFailure Of(Exception e, KeySource source) => e switch
    {
        InvalidDataException => new("unusable", e.Message),
        TimeoutException => new("timed_out", e.Message),
        OperationCanceledException => new("timed_out", "The key source did not answer within 5 s."),
        HttpRequestException { StatusCode: not null } => new("refused", e.Message),
        HttpRequestException http => new("unreachable", $"The key source could not be reached ({http.HttpRequestError})."),
        HttpIOException http => new("broken_off", $"The key source's answer broke off ({http.HttpRequestError})."),
        IOException when source.File is null => new("broken_off", "The key source's answer broke off."),
        IOException or UnauthorizedAccessException => new("unreadable", $"The key file {FileFailure.Of(e, source.File ?? "")}."),
        _ => new("unusable", $"The key set could not be understood ({e.GetType().Name})."),
    };

    public override string ToString() => Text;
}
