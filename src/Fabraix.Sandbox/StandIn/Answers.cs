using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Fabraix.Sandbox.StandIn;

internal sealed record ErrorBody(ErrorDetail Error);

internal sealed record ErrorDetail(string Message, string Type, string? Code = null, int? RetryAfter = null);

internal sealed record RunRegistered(string TraceId, string Timestamp);

internal sealed record EventLogged(string EventId, double Timestamp);

internal sealed record ActionChecked(bool IsSafe, string Reasoning, string ActionCheckId, double Timestamp);

/// <summary>Writes the documented answers; every error of the stand-in goes through <see cref="ErrorAsync"/>.</summary>
internal static class Answers
{
    public static readonly ErrorDetail InvalidKey =
        new("Invalid API key provided", "authentication_error", "invalid_api_key");

    public static readonly ErrorDetail NotPermitted =
        new("API key does not have permission for this operation", "authorization_error", "insufficient_permissions");

    public static readonly ErrorDetail NotFound = new("No such endpoint", "not_found_error", "not_found");

    public static readonly ErrorDetail ServerError = new("Internal server error", "server_error", "internal_error");

    public static ErrorDetail BadParameters(string message) => new(message, "invalid_request_error", "invalid_parameters");

    // The documentation puts the wait into the body, names no code and no Retry-After header.
    public static ErrorDetail RateLimited(TimeSpan wait) =>
        new("Rate limit exceeded", "rate_limit_error", RetryAfter: Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));

    public static Task ErrorAsync(HttpContext context, int status, ErrorDetail error) =>
        JsonAsync(context, status, new ErrorBody(error), SandboxJson.Default.ErrorBody);

    public static Task JsonAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
