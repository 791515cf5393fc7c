namespace Fabraix.Proxy.Tests.Configuration;

/// <summary>More of <see cref="RefusedSettings"/>: tokens, browsers, the edge, limits and management.</summary>
internal static class RefusedSettingsOfCallers
{
    private const string Main = "Fabraix:Tokens:Issuers:main";
    private const string SecondEntry = """{"Issuer": "https://login.example.com/", "Audiences": ["other"], "Jwks": "https://login.example.com/jwks.json"}""";

    public static TheoryData<string, string?, string, string> Tokens() => new()
    {
        { "Fabraix:Tokens:MaxLifetime", "\"15\"", "Fabraix:Tokens:MaxLifetime", "from 1s to 24h" },
        { "Fabraix:Tokens:MaxLifetime", "\"0s\"", "Fabraix:Tokens:MaxLifetime", "from 1s to 24h" },
        { "Fabraix:Tokens:MaxLifetime", "\"25h\"", "Fabraix:Tokens:MaxLifetime", "from 1s to 24h" },
        { "Fabraix:Tokens:MaxLifetime", "\"1.00:00:00\"", "Fabraix:Tokens:MaxLifetime", "from 1s to 24h" },
        { "Fabraix:Tokens:ClockSkew", "\"6m\"", "Fabraix:Tokens:ClockSkew", "from 0s to 5m" },
        { "Fabraix:Tokens:ClockSkew", "\"a while\"", "Fabraix:Tokens:ClockSkew", "from 0s to 5m" },
        { "Fabraix:Tokens:MaxLifeTimes", "\"15m\"", "Fabraix:Tokens:MaxLifeTimes", "Did you mean MaxLifetime?" },
        { "Fabraix:Tokens", null, "Fabraix:Tokens:Issuers", "Fabraix__Tokens__Issuers__main__Issuer" },
        { "Fabraix:Tokens:Issuers", "{}", "Fabraix:Tokens:Issuers", "Issuer, Audiences and Metadata or Jwks" },
        { "Fabraix:Tokens:Issuers", "\"https://login.example.com/\"", "Fabraix:Tokens:Issuers", "Set an object" },
        { "Fabraix:Tokens:Issuers:second", SecondEntry, "Fabraix:Tokens:Issuers:second", "Merge the two" },
        { Main + ":Issuer", null, Main + ":Issuer", "iss value" },
        { Main + ":Issuer", "\"\"", Main + ":Issuer", "iss value" },
        { Main + ":Audiences", null, Main + ":Audiences", "fabraix-proxy" },
        { Main + ":Audiences", "[]", Main + ":Audiences", "fabraix-proxy" },
        { Main + ":Audiences", "[\"fabraix-proxy\", \" \"]", Main + ":Audiences", "fabraix-proxy" },
        { Main + ":Algorithms", "[\"HS256\"]", Main + ":Algorithms:0", "ES256, ES384, ES512, PS256" },
        { Main + ":Algorithms", "[\"RS256\", \"none\"]", Main + ":Algorithms:1", "ES256, ES384, ES512, PS256" },
        { Main + ":Algorithms", "[\"rs256\"]", Main + ":Algorithms:0", "ES256, ES384, ES512, PS256" },
        { Main + ":Algorithms", "[\"EdDSA\"]", Main + ":Algorithms:0", "ES256, ES384, ES512, PS256" },
        { Main + ":Algorithms", "[\"RSA1_5\"]", Main + ":Algorithms:0", "ES256, ES384, ES512, PS256" },
        { Main + ":Algorithms", "\"RS256\"", Main + ":Algorithms", "Set a list" },
        { Main + ":Algorithms", "{\"First\": \"RS256\"}", Main + ":Algorithms", "Set a list" },
        { Main + ":Types", "[\"\"]", Main + ":Types", "at+jwt" },
        { Main + ":Types", "\"at+jwt\"", Main + ":Types", Main.Replace(":", "__", StringComparison.Ordinal) + "__Types__0" },
        { Main + ":KeepLastGood", "\"4m\"", Main + ":KeepLastGood", "from 5m to 8760h" },
        { Main + ":KeepLastGood", "\"8761h\"", Main + ":KeepLastGood", "from 5m to 8760h" },
        { Main + ":KeepLastGood", "\"0s\"", Main + ":KeepLastGood", "from 5m to 8760h" },
        { Main + ":KeepLastGood", "\"for ever\"", Main + ":KeepLastGood", "from 5m to 8760h" },
        { Main + ":KeepLastGood", "24", Main + ":KeepLastGood", "from 5m to 8760h" },
        { Main + ":Metadata", "\"https://login.example.com/.well-known/openid-configuration\"", Main + ":Jwks", "exactly one" },
        { Main + ":Jwks", null, Main + ":Jwks", "exactly one" },
        { Main + ":Jwks", "\"login.example.com/jwks.json\"", Main + ":Jwks", "absolute URL" },
        { Main + ":Jwks", "\"http://login.example.com/jwks.json\"", Main + ":Jwks", Main + ":DangerousAllowHttp" },
        { Main + ":Jwks", "\"https://name:word@login.example.com/jwks.json\"", Main + ":Jwks", "without them" },
        { Main + ":DangerousAllowHttp", "\"yes\"", Main + ":DangerousAllowHttp", "true or false" },
        { Main + ":Audience", "\"fabraix-proxy\"", Main + ":Audience", "Did you mean Audiences?" },
    };

    public static TheoryData<string, string?, string, string> Browser() => new()
    {
        { "Fabraix:Browser:Origins", "[\"https://app.example.com/\"]", "Fabraix:Browser:Origins:0", "no slash at the end" },
        { "Fabraix:Browser:Origins", "[\"https://App.example.com\"]", "Fabraix:Browser:Origins:0", "lower case" },
        { "Fabraix:Browser:Origins", "[\"HTTPS://app.example.com\"]", "Fabraix:Browser:Origins:0", "lower case" },
        { "Fabraix:Browser:Origins", "[\"https://*.example.com\"]", "Fabraix:Browser:Origins:0", "no wildcard" },
        { "Fabraix:Browser:Origins", "[\"*\"]", "Fabraix:Browser:Origins:0", "no wildcard" },
        { "Fabraix:Browser:Origins", "[\"https://app.example.com:443\"]", "Fabraix:Browser:Origins:0", "no default port" },
        { "Fabraix:Browser:Origins", "[\"http://localhost:80\"]", "Fabraix:Browser:Origins:0", "no default port" },
        { "Fabraix:Browser:Origins", "[\"null\"]", "Fabraix:Browser:Origins:0", "https://app.example.com" },
        { "Fabraix:Browser:Origins", "[\"app.example.com\"]", "Fabraix:Browser:Origins:0", "scheme and host" },
        { "Fabraix:Browser:Origins", "[\"https://app.example.com/page\"]", "Fabraix:Browser:Origins:0", "scheme and host" },
        { "Fabraix:Browser:Origins", "[\"\"]", "Fabraix:Browser:Origins:0", "scheme and host" },
        { "Fabraix:Browser:Origins", "\"https://app.example.com\"", "Fabraix:Browser:Origins", "Set a list" },
        { "Fabraix:Browser:RequireOrigin", "\"sometimes\"", "Fabraix:Browser:RequireOrigin", "true or false" },
        { "Fabraix:Browser:Origin", "[\"https://app.example.com\"]", "Fabraix:Browser:Origin", "Did you mean Origins?" },
    };

    public static TheoryData<string, string?, string, string> EdgeAndLimits() => new()
    {
        { "Fabraix:Edge:TrustedProxies", "[\"0.0.0.0/0\"]", "Fabraix:Edge:TrustedProxies:0", "your own proxies" },
        { "Fabraix:Edge:TrustedProxies", "[\"::/0\"]", "Fabraix:Edge:TrustedProxies:0", "your own proxies" },
        { "Fabraix:Edge:TrustedProxies", "[\"10.0.0.0\"]", "Fabraix:Edge:TrustedProxies:0", "10.0.0.0/8" },
        { "Fabraix:Edge:TrustedProxies", "[\"proxy.example\"]", "Fabraix:Edge:TrustedProxies:0", "10.0.0.0/8" },
        { "Fabraix:Edge:TrustedProxies", "\"10.0.0.0/8\"", "Fabraix:Edge:TrustedProxies", "Set a list" },
        { "Fabraix:Edge:TrustedProxy", "[\"10.0.0.0/8\"]", "Fabraix:Edge:TrustedProxy", "Did you mean TrustedProxies?" },
        { "Fabraix:RateLimits:PerUser", "{\"PerMinute\": 0}", "Fabraix:RateLimits:PerUser:PerMinute", "whole number from 1" },
        { "Fabraix:RateLimits:PerUser", "{\"PerHour\": -5}", "Fabraix:RateLimits:PerUser:PerHour", "whole number from 1" },
        { "Fabraix:RateLimits:PerUser", "{\"PerSecond\": 5}", "Fabraix:RateLimits:PerUser:PerSecond", "Known here: PerHour, PerMinute" },
        { "Fabraix:RateLimits:PerUser", "60", "Fabraix:RateLimits:PerUser", "Set an object" },
        { "Fabraix:RateLimits:PerAddress", "{\"PerMinute\": \"1e3\"}", "Fabraix:RateLimits:PerAddress:PerMinute", "whole number from 1" },
        { "Fabraix:RateLimits:Store", "\"postgres\"", "Fabraix:RateLimits:Store", "Set memory" },
        { "Fabraix:RateLimits:Store", "\"Memory\"", "Fabraix:RateLimits:Store", "Set memory" },
        { "Fabraix:RateLimits:PerUsers", "{\"PerMinute\": 1}", "Fabraix:RateLimits:PerUsers", "Did you mean PerUser?" },
        { "Fabraix:Management:Url", "\"nonsense\"", "Fabraix:Management:Url", "http://+:8081" },
        { "Fabraix:Management:Url", "\"https://localhost:8081\"", "Fabraix:Management:Url", "http://+:8081" },
        { "Fabraix:Management:Url", "\"http://localhost:8081/health\"", "Fabraix:Management:Url", "http://+:8081" },
        { "Fabraix:Management:Url", "\"http://localhost:81234\"", "Fabraix:Management:Url", "http://+:8081" },
        { "Fabraix:Management:Uri", "\"http://localhost:8081\"", "Fabraix:Management:Uri", "Did you mean Url?" },
        { "Fabraix:Managment", "{\"Url\": \"http://localhost:8081\"}", "Fabraix:Managment", "Did you mean Management?" },
        { "Fabraix:Whatever", "true", "Fabraix:Whatever", "Known here: Browser, Edge, Keys" },
        { "AllowedHosts", "[\"api.example.com\"]", "AllowedHosts", "single value" },
        { "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true", "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "Fabraix:Edge:TrustedProxies" },
        { "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "false", "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "Remove the variable" },
    };
}
