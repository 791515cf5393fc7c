namespace Fabraix.Proxy.Errors;

/// <summary>Names of headers that the framework has no constant for, spelled as the contract spells them.</summary>
internal static class ProxyHeaders
{
    public const string Dpop = "DPoP";
    public const string DpopNonce = "DPoP-Nonce";
    public const string ProxyStatus = "Proxy-Status";
    public const string RateLimit = "RateLimit";
    public const string RateLimitPolicy = "RateLimit-Policy";
    public const string RequestId = "x-request-id";
}
