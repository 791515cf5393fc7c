using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Tokens;

/// <summary>Why a key source gave no keys, in the same words for the log, readiness and <c>check --live</c>.</summary>
internal static class KeySourceFailure
{
    public static string Of(Exception e, KeySource source) => e switch
    {
        InvalidDataException => e.Message,
        OperationCanceledException => "The key source did not answer within 5 s.",
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown } => e.Message,
        HttpRequestException http => $"The key source could not be reached ({http.HttpRequestError}).",
        IOException or UnauthorizedAccessException => $"The key file {FileFailure.Of(e, source.File ?? "")}.",
        _ => $"The key set could not be understood ({e.GetType().Name}).",
    };
}
