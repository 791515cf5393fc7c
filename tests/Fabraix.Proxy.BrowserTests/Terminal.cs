using System.Net.Http.Json;
using System.Text.Json;

namespace Fabraix.Proxy.BrowserTests;

/// <summary>Asks a part of the sandbox as a terminal does: no origin, no cookie, no browser.</summary>
internal static class Terminal
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public static async Task<(int Status, JsonElement Body)> AskAsync(
        string method, string url, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var isJson = answer.Content.Headers is { ContentLength: > 0, ContentType.MediaType: "application/json" };
        var json = isJson ? await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken) : default;
        return ((int)answer.StatusCode, json);
    }
}
