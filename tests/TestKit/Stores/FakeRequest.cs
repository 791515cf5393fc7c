using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Fabraix.TestKit.Stores;

/// <summary>One request as a fake judges it: read to its end, with what was found out about who sent it.</summary>
internal sealed class FakeRequest
{
    private const int LongestBody = 1024 * 1024;

    private FakeRequest(HttpContext context, byte[] body)
    {
        Context = context;
        Body = body;
        Target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = Target.IndexOf('?', StringComparison.Ordinal);
        RawPath = mark < 0 ? Target : Target[..mark];
        RawQuery = mark < 0 ? "" : Target[(mark + 1)..];
    }

    public HttpContext Context { get; }

    public string Method => Context.Request.Method;

    /// <summary>Path and query, byte for byte as they came.</summary>
    public string Target { get; }

    public string RawPath { get; }

    public string RawQuery { get; }

    public byte[] Body { get; }

    /// <summary>The segments of the path, decoded.</summary>
    public string[] Segments => [.. RawPath.TrimStart('/').Split('/').Select(Uri.UnescapeDataString)];

    /// <summary>Who was recognised, or null.</summary>
    public string? Identity { get; set; }

    /// <summary>Why nobody was recognised, or null.</summary>
    public string? Refusal { get; set; }

    public string? Query(string name) => Context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public string? Header(string name) => Context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>The credential of <c>Authorization: Bearer</c>, or null.</summary>
    public string? Bearer() =>
        Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..] : null;

    /// <summary>The body as JSON; an undefined element where it is none.</summary>
    public JsonElement Json()
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(Body);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>A text member of the JSON body, or null.</summary>
    public string? JsonText(string name) =>
        Json() is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A field of the body as a form, or null.</summary>
    public string? Form(string name) => QueryHelpers.ParseQuery(Encoding.UTF8.GetString(Body)).TryGetValue(name, out var value) ? value.ToString() : null;

    public SeenRequest ToSeen() => new(
        Method,
        Target,
        Context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
        Identity,
        Refusal);

    public static async Task<FakeRequest> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (body.Length > LongestBody) throw new InvalidDataException("Nothing that asks a store is that long");
        return new FakeRequest(context, body.ToArray());
    }
}

/// <summary>What a fake saw of one request.</summary>
/// <param name="Identity">Who the fake took it for, or null.</param>
/// <param name="Refusal">Why it took it for nobody, or null.</param>
internal sealed record SeenRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string? Identity, string? Refusal)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
