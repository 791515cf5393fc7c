using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Playwright;

namespace Fabraix.Proxy.BrowserTests;

/// <summary>What script in a page could read of an answer; status 0 when the browser kept it from the page.</summary>
internal sealed record PageFetch(
    [property: JsonPropertyName("status")] int Status,
    [property: JsonPropertyName("body")] string Body,
    [property: JsonPropertyName("retryAfter")] string? RetryAfter,
    [property: JsonPropertyName("proxyStatus")] string? ProxyStatus,
    [property: JsonPropertyName("challenge")] string? Challenge,
    [property: JsonPropertyName("requestId")] string? RequestId,
    [property: JsonPropertyName("limit")] string? Limit,
    [property: JsonPropertyName("policy")] string? Policy)
{
    private const string Script = """
        async ([url, method, token, type, body]) => {
          const headers = {};
          if (token) headers["Authorization"] = `Bearer ${token}`;
          if (type) headers["Content-Type"] = type;
          try {
            const answer = await fetch(url, { method, headers, body: body ?? undefined });
            const header = name => answer.headers.get(name);
            return {
              status: answer.status, body: await answer.text(), retryAfter: header("retry-after"),
              proxyStatus: header("proxy-status"), challenge: header("www-authenticate"), requestId: header("x-request-id"),
              limit: header("ratelimit"), policy: header("ratelimit-policy"),
            };
          } catch {
            return { status: 0, body: "" };
          }
        }
        """;

    public JsonElement Error => JsonSerializer.Deserialize<JsonElement>(Body).GetProperty("error");

    public string? Code => Error.GetProperty("code").GetString();

    /// <summary>Fetches from inside the page, so that the browser's own rules decide what comes back.</summary>
    public static async Task<PageFetch> FromAsync(
        IPage page, string url, string method = "POST", string? token = null, string? type = null, string? body = null)
    {
        var read = await page.EvaluateAsync<JsonElement>(Script, new[] { url, method, token, type, body });
        return read.Deserialize<PageFetch>()!;
    }
}
