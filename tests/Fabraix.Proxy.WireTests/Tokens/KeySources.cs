using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>The ways in which a proxy comes by its issuer's keys.</summary>
public static class KeySources
{
    public static TheoryData<string> All => ["file", "url", "metadata"];

    /// <param name="change">Changes the issuer, or what it answers, before the proxy asks for the first time.</param>
    internal static Task<ProxyUnderTest> StartAsync(TimeProvider time, string source, Action<TestIssuer>? change = null) => ProxyUnderTest.StartAsync(setup =>
    {
        setup.Time = time;
        if (source == "file") return;
        setup.Issuer.Serve();
        setup.Settings["Fabraix:Tokens:Issuers:main:Jwks"] = source == "url" ? setup.Issuer.JwksUrl : null;
        setup.Settings["Fabraix:Tokens:Issuers:main:Metadata"] = source == "metadata" ? setup.Issuer.MetadataUrl : null;
        change?.Invoke(setup.Issuer);
    });
}
