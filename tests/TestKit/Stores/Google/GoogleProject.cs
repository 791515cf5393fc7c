using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Fabraix.TestKit.Stores;

/// <summary>One project of Google Cloud: its service account, and the access tokens that its services take. Fakes of one project share it.</summary>
internal sealed class GoogleProject : IDisposable
{
    public const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    public const string PublicTokenUri = "https://oauth2.googleapis.com/token";

    public GoogleProject(TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        Tokens = new TokenBook(Time);
        ServiceAccount = $"fabraix-proxy@{Id}.iam.gserviceaccount.com";
    }

    public TimeProvider Time { get; }

    public string Id { get; } = Made.Name("fabraix");

    public string Number { get; } = RandomNumberGenerator.GetInt32(100_000_000, 999_999_999).ToString(CultureInfo.InvariantCulture);

    public string ServiceAccount { get; }

    /// <summary>Of the service account; its public half is what assertions are checked with.</summary>
    public TestKey Key { get; } = TestKey.Rsa();

    public TokenBook Tokens { get; }

    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    public string Issue(string identity) => Tokens.Issue(identity, TokenLifetime, "ya29.");

    /// <summary>What is wrong with a token that the service account should have signed for one of the audiences, or null.</summary>
    public string? Judge(string? assertion, params string[] audiences)
    {
        if (assertion?.Split('.') is not [var header, var payload, var signature]) return "no assertion";
        if (!SignedJwt.IsSigned(Key, header, payload, signature)) return "Invalid JWT Signature.";
        var head = Decode(header);
        if (Text(head, "alg") != "RS256" || (Text(head, "kid") ?? Key.Kid) != Key.Kid) return "Invalid JWT header.";
        var claims = Decode(payload);
        if (Text(claims, "iss") != ServiceAccount) return "Invalid issuer.";
        if (!audiences.Contains(Text(claims, "aud")) && Text(claims, "scope")?.Split(' ').Contains(Scope) != true) return "Invalid audience.";
        var (now, issued, expires) = (Time.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64(), claims.GetProperty("exp").GetInt64());
        return expires > now && issued <= now + 300 && expires - issued <= 3600 ? null : "Invalid JWT: Token must be a short-lived token and in a reasonable timeframe.";
    }

    public void Dispose() => Key.Dispose();

    public static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static JsonElement Decode(string part) => JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(part));
}
