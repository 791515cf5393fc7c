using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Program;

/// <summary>What the program needs around it when it runs by itself: an upstream, an issuer, a key, and the variables that name them.</summary>
public sealed class ProgramFixture : IAsyncLifetime
{
    internal RecordingUpstream Upstream { get; } = RecordingUpstream.Start();

    internal TestIssuer Issuer { get; } = new();

    internal string ApiKey { get; } = Made.ApiKey();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Upstream.DisposeAsync();
        await Issuer.DisposeAsync();
    }

    /// <summary>The whole configuration as the README gives it, and what a test adds.</summary>
    internal Dictionary<string, string> Variables(params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string>
        {
            ["FABRAIX_API_KEY"] = ApiKey,
            ["Fabraix__Upstream__Address"] = Upstream.Address.GetLeftPart(UriPartial.Authority),
            ["Fabraix__Tokens__Issuers__main__Issuer"] = Issuer.Name,
            ["Fabraix__Tokens__Issuers__main__Audiences__0"] = Issuer.Audience,
            ["Fabraix__Tokens__Issuers__main__Jwks"] = "file:" + Issuer.JwksFile,
            ["Fabraix__Browser__Origins__0"] = ProxyUnderTest.Origin,
        };
        foreach (var (name, value) in more) variables[name] = value;
        return variables;
    }

    internal async Task<RawResponse> AskAsync(ProxyProcess program, Func<RequestText, RequestText>? change = null)
    {
        await using var client = await RawClient.ConnectAsync(program.Address);
        var request = RequestText.Post("/v1/check", client.Host, Issuer.Mint());
        return await client.AskAsync((change?.Invoke(request) ?? request).ToString());
    }
}
