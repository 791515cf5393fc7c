using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Mint;

/// <summary>Makes access tokens as RFC 9068 section 2.2 describes them, for the mint's one issuer.</summary>
internal sealed class TokenMaker(MintOptions options, TimeProvider time)
{
    // In a token nobody reads it as HTML; escaping more than JSON demands would only make it longer.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The token; null where it would be longer than any that the proxy reads.</summary>
    public string? Make(TokenRequest request, MintClientOptions client, MintKey key)
    {
        using var payload = new MemoryStream();
        using (var json = new Utf8JsonWriter(payload, Plain))
            Write(json, request, client);
        var token = key.Sign(payload.ToArray());
        return token.Length <= CompactJws.MaxLength ? token : null;
    }

    private void Write(Utf8JsonWriter json, TokenRequest request, MintClientOptions client)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        json.WriteStartObject();
        json.WriteString("iss", options.Issuer.Issuer);
        json.WriteString("aud", options.Issuer.Audiences[0]);
        json.WriteString("sub", request.Subject);
        json.WriteString("client_id", client.Name);
        json.WriteString("scope", string.Join(' ', request.Scopes));
        json.WriteNumber("iat", now);
        json.WriteNumber("exp", now + (long)request.Lifetime.TotalSeconds);
        json.WriteString("jti", RandomNumberGenerator.GetHexString(32, lowercase: true));
        if (request.KeyThumbprint is { } thumbprint)
        {
            // RFC 9449 section 6.1.
            json.WriteStartObject("cnf");
            json.WriteString("jkt", thumbprint);
            json.WriteEndObject();
        }

        request.Claims.Write(json);
        json.WriteEndObject();
    }
}
