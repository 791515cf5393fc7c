using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fabraix.Proxy.Secrets.GoogleSecretManager;

/// <summary>Turns what a credential file holds into an access token. It throws what <see cref="JsonElement"/> throws for a file that is not as documented.</summary>
/// <param name="time">The clock.</param>
/// <param name="http">Asks.</param>
/// <param name="what">What a problem calls the file.</param>
internal sealed class GoogleGrants(TimeProvider time, StoreHttp http, string what)
{
    // As Google's own libraries do it. The metadata server hands out the same token until five minutes before its end.
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(225);

    /// <summary>What a token endpoint, or the metadata server, answers (RFC 6749 section 5.1).</summary>
    public static StoreToken Token(JsonElement json, TimeProvider time) =>
        Token(json.GetProperty("access_token").GetString()!, TimeSpan.FromSeconds(json.GetProperty("expires_in").GetInt32()), time);

    /// <summary>A service account's key signs for itself (RFC 7523 section 2.1).</summary>
    public Task<StoreToken> SignAsync(JsonElement file, CancellationToken cancellation)
    {
        var address = file.GetProperty("token_uri").GetString()!;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var header = JsonBody.Bytes(json =>
        {
            json.WriteString("alg", "RS256");
            json.WriteString("typ", "JWT");
            json.WriteString("kid", file.GetProperty("private_key_id").GetString());
        });
        var claims = JsonBody.Bytes(json =>
        {
            json.WriteString("iss", file.GetProperty("client_email").GetString());
            json.WriteString("scope", GoogleCredentials.Scope);
            json.WriteString("aud", address);
            json.WriteNumber("iat", now);
            json.WriteNumber("exp", now + 3600);
        });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        return PostAsync(
            address,
            [
                new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                new("assertion", $"{signed}.{Base64Url.EncodeToString(Signature(file.GetProperty("private_key").GetString()!, signed))}"),
            ],
            cancellation);
    }

    /// <summary>A user's refresh token (RFC 6749 section 6), for a developer's machine.</summary>
    public Task<StoreToken> RefreshAsync(JsonElement file, CancellationToken cancellation) => PostAsync(
        file.TryGetProperty("token_uri", out var address) ? address.GetString()! : "https://oauth2.googleapis.com/token",
        [
            new("grant_type", "refresh_token"),
            new("client_id", file.GetProperty("client_id").GetString()),
            new("client_secret", file.GetProperty("client_secret").GetString()),
            new("refresh_token", file.GetProperty("refresh_token").GetString()),
        ],
        cancellation);

    /// <summary>
    /// Exchanges the token of another provider, such as a pod's (RFC 8693; https://google.aip.dev/auth/4117), and where the file says so
    /// goes on as a service account.
    /// </summary>
    public async Task<StoreToken> FederateAsync(JsonElement file, CancellationToken cancellation)
    {
        var source = file.GetProperty("credential_source");
        if (!source.TryGetProperty("file", out var path))
            throw NoIdentityException.Because($"{what} does not take its subject token from a file, and other sources are not supported");
        var subject = await IdentityFile.ReadAsync(path.GetString()!, "the subject token's file", cancellation);
        var token = await PostAsync(
            file.GetProperty("token_url").GetString()!,
            [
                new("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                new("audience", file.GetProperty("audience").GetString()),
                new("scope", GoogleCredentials.Scope),
                new("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
                new("subject_token_type", file.GetProperty("subject_token_type").GetString()),
                new("subject_token", SubjectToken(subject, source)),
            ],
            cancellation);
        return file.TryGetProperty("service_account_impersonation_url", out var url) ? await ImpersonateAsync(url.GetString(), token, file, cancellation) : token;
    }

    private static string SubjectToken(string text, JsonElement source)
    {
        if (source.TryGetProperty("format", out var format) && format.GetProperty("type").ValueEquals("json"))
        {
            using var document = JsonDocument.Parse(text);
            text = document.RootElement.GetProperty(format.GetProperty("subject_token_field_name").GetString()!).GetString()!;
        }

        return IdentityFile.Token(text, "the subject token's file");
    }

    // https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
    private async Task<StoreToken> ImpersonateAsync(string? url, StoreToken token, JsonElement file, CancellationToken cancellation)
    {
        var seconds = file.TryGetProperty("service_account_impersonation", out var more) && more.TryGetProperty("token_lifetime_seconds", out var asked) ? asked.GetInt32() : 3600;
        var body = JsonBody.Content(json =>
        {
            json.WriteStartArray("scope");
            json.WriteStringValue(GoogleCredentials.Scope);
            json.WriteEndArray();
            json.WriteString("lifetime", $"{seconds}s");
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(url)) { Content = body };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token.Value);
        var answer = await http.SendAsync(request, cancellation, "Google's impersonation endpoint");
        return answer.ReadIdentity(json => Token(json.GetProperty("accessToken").GetString()!, json.GetProperty("expireTime").GetDateTimeOffset() - time.GetUtcNow(), time));
    }

    private async Task<StoreToken> PostAsync(string address, KeyValuePair<string, string?>[] form, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(address)) { Content = new FormUrlEncodedContent(form!) };
        var answer = await http.SendAsync(request, cancellation, "Google's token endpoint");
        return answer.ReadIdentity(json => Token(json, time));
    }

    private Uri Address(string? text) => GoogleAddress.Parse(text) ?? throw NoIdentityException.Because($"{what} names an address that is not https");

    private byte[] Signature(string pem, string signed)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw NoIdentityException.Because($"{what} holds no private key");
        }
    }

    private static StoreToken Token(string value, TimeSpan lifetime, TimeProvider time)
    {
        var (now, half) = (time.GetUtcNow(), lifetime / 2);
        return new StoreToken(value, now + lifetime - (half < Ahead ? half : Ahead), now + lifetime);
    }
}
