using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Fabraix.TestKit.Stores;

/// <summary>An answer of a fake, before a fault spoils it.</summary>
internal sealed record FakeAnswer(int Status, byte[] Body)
{
    private const int Padding = 2 * 1024 * 1024;

    public string ContentType { get; init; } = "application/json; charset=utf-8";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Written behind the head for as long as it likes, instead of <see cref="Body"/>.</summary>
    public Func<HttpContext, Task>? Stream { get; init; }

    public static FakeAnswer Json(int status, JsonNode body, params (string Name, string Value)[] headers) =>
        new(status, Encoding.UTF8.GetBytes(body.ToJsonString())) { Headers = headers };

    public static FakeAnswer Text(int status, string body, string contentType = "text/plain") => new(status, Encoding.UTF8.GetBytes(body)) { ContentType = contentType };

    public static FakeAnswer NotJson { get; } = Text(200, "<!doctype html><title>Sign in</title><p>Please sign in to the network.", "text/html");

    public FakeAnswer Oversized() => this with { Body = [.. Enumerable.Repeat((byte)' ', Padding), .. Body], Stream = null };

    public async Task SendAsync(HttpContext context, bool half)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        foreach (var (name, value) in Headers) response.Headers[name] = value;
        if (Stream is not null && !half)
        {
            await Stream(context);
            return;
        }
        response.ContentLength = half ? Math.Max(Body.Length, 2) : Body.Length;
        // Fewer bytes than declared: Kestrel sends what there is and closes.
        await response.Body.WriteAsync(half ? Body.AsMemory(0, Body.Length / 2) : Body, context.RequestAborted);
    }
}
