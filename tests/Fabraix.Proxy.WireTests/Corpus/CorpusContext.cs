using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>What a case needs of the proxy that it is sent to.</summary>
internal sealed class CorpusContext(ProxyUnderTest proxy)
{
    public string Host => proxy.Address.Authority;

    public string Origin => ProxyUnderTest.Origin;

    public TestIssuer Issuer => proxy.Issuer;

    /// <summary>A lawful request, which a case then spoils in one place.</summary>
    public RequestText Post(string target = "/v1/check") => proxy.Post(target);

    /// <summary>A lawful request with this token.</summary>
    public RequestText With(string token) => proxy.Post(token: token);

    /// <summary>A lawful request with a token that is lawful but for this change.</summary>
    public RequestText With(Action<TokenDraft> change) => With(Issuer.Mint(change));

    /// <summary>A lawful request under another first line.</summary>
    public RequestText Under(string method, string target = "/v1/check") =>
        new RequestText(method, target).With("Host", Host).With("Authorization", "Bearer " + Issuer.Mint()).With("Content-Type", "application/json").WithBody("{}");

    /// <summary>A preflight as a browser sends it for a lawful request.</summary>
    public RequestText Preflight(string target = "/v1/check") =>
        new RequestText("OPTIONS", target).With("Host", Host).With("Origin", Origin)
            .With("Access-Control-Request-Method", "POST").With("Access-Control-Request-Headers", "authorization,content-type");

    /// <summary>A whole lawful request, to be hidden behind or within another.</summary>
    public string Smuggled() => Post("/v1/event").ToString();
}
