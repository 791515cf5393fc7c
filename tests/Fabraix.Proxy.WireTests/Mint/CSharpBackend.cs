using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Fabraix.Proxy.WireTests.Mint;

/// <summary>What the README shows, to the letter between the two marks.</summary>
internal static class CSharpBackend
{
    public static async Task<string?> TokenAsync(HttpClient http, string secret, string userId)
    {
        // README
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"web-backend:{secret}")));
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["subject"] = userId });
        using var response = (await http.SendAsync(request)).EnsureSuccessStatusCode();
        var token = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
        // README
        return token;
    }
}
