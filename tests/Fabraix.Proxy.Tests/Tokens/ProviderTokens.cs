using System.Text.Json.Nodes;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>
/// Access tokens (of Firebase the ID token) in the shape that each provider documents, with the names of the samples in
/// docs/identity-providers.md. The sources are cited there. No token here ever came from a provider: the key is the tests' own.
/// </summary>
internal static class ProviderTokens
{
    public const string KeyId = "a-key-of-the-provider";

    /// <summary>Seconds since <c>iat</c>; zero but for Entra ID, whose samples are issued five minutes before they are handed out.</summary>
    public static int IssuedAgo(string provider) => provider == "entra" ? 300 : 0;

    /// <summary>A signed token that lives so long from now on, after both parts were changed.</summary>
    public static string Token(string provider, TimeSpan lifetime, Action<JsonObject>? payload = null, Action<JsonObject>? header = null)
    {
        var (top, claims) = (Parse(Header(provider)), Parse(Claims(provider)));
        var now = Jose.Now.ToUnixTimeSeconds();
        claims["iat"] = now - IssuedAgo(provider);
        claims["exp"] = now + (long)lifetime.TotalSeconds;
        if (provider == "entra")
            claims["nbf"] = claims["iat"]!.DeepClone();
        header?.Invoke(top);
        payload?.Invoke(claims);
        return Jose.Sign(top.ToJsonString(), claims.ToJsonString(), "RS256");
    }

    /// <summary>The provider's key set: of Entra ID without alg and with an issuer, of Keycloak with a key for encryption beside it.</summary>
    public static string Keys(string provider)
    {
        var key = Jose.Jwk("RS256");
        key["kid"] = KeyId;
        if (provider == "entra")
        {
            key.Remove("alg");
            (key["x5t"], key["issuer"]) = (KeyId, "https://login.microsoftonline.com/{tenantid}/v2.0");
        }

        if (provider != "keycloak")
            return Jose.Jwks(key);
        var other = Jose.Jwk("RS256");
        (other["kid"], other["use"], other["alg"]) = ("for-encryption", "enc", "RSA-OAEP");
        return Jose.Jwks(other, key);
    }

    private static string Header(string provider) => provider switch
    {
        "entra" => """{"typ":"JWT","alg":"RS256","kid":"a-key-of-the-provider"}""",
        "auth0" => """{"alg":"RS256","typ":"at+jwt","kid":"a-key-of-the-provider"}""",
        "keycloak" => """{"alg":"RS256","typ":"at+jwt","kid":"a-key-of-the-provider"}""",
        _ => """{"kid":"a-key-of-the-provider","alg":"RS256"}""",
    };

    private static string Claims(string provider) => provider switch
    {
        "entra" => """
            {"aud":"66666666-7777-8888-9999-000000000000","iss":"https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0","aio":"opaque",
             "azp":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","azpacr":"0","oid":"12121212-3434-5656-7878-909090909090","rh":"opaque","scp":"run:write event:write check:write",
             "sub":"a-pairwise-subject","tid":"11111111-2222-3333-4444-555555555555","uti":"an-id","ver":"2.0"}
            """,
        "auth0" => """
            {"iss":"https://example.eu.auth0.com/","sub":"auth0|123456","aud":["https://proxy.example.com","https://example.eu.auth0.com/userinfo"],
             "client_id":"my_client_id","jti":"an-id","scope":"openid profile run:write event:write check:write"}
            """,
        "okta" => """
            {"ver":1,"jti":"AT.an-id","iss":"https://example.okta.com/oauth2/aus1exampleserver","aud":"https://proxy.example.com","cid":"a-client","uid":"a-user",
             "scp":["openid","run:write","event:write","check:write"],"auth_time":1767323000,"sub":"user@example.com"}
            """,
        "keycloak" => """
            {"jti":"onrtac:an-id","iss":"https://login.example.com/realms/example","aud":["fabraix-proxy","account"],"sub":"dddddddd-1111-2222-3333-444444444444","typ":"Bearer",
             "azp":"page","sid":"a-session","acr":"1","allowed-origins":["https://app.example.com"],"realm_access":{"roles":["user"]},
             "scope":"openid profile run:write event:write check:write","email_verified":true}
            """,
        "cognito" => """
            {"sub":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","cognito:groups":["writers"],"iss":"https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example","version":2,
             "client_id":"an-app-client","aud":"https://proxy.example.com","origin_jti":"another-id","event_id":"an-event","token_use":"access","auth_time":1767323000,"jti":"an-id",
             "scope":"openid https://proxy.example.com/run:write https://proxy.example.com/event:write https://proxy.example.com/check:write","username":"a-user"}
            """,
        "firebase" => """
            {"iss":"https://securetoken.google.com/example-project","aud":"example-project","auth_time":1767323000,"sub":"a-uid","user_id":"a-uid",
             "scope":"run:write event:write check:write","firebase":{"identities":{"email":["user@example.com"]},"sign_in_provider":"password"}}
            """,
        _ => throw new ArgumentOutOfRangeException(nameof(provider)),
    };

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
