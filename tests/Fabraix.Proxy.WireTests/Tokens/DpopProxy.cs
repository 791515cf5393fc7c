using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>A proxy whose issuer has DPoP on, and a page that calls it by a public name which is not the listener's.</summary>
internal sealed class DpopProxy(ProxyUnderTest proxy, ProofMaker page) : IAsyncDisposable
{
    public const string PublicUrl = "https://proxy.example";
    public const string Algorithms = "algs=\"ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512\"";

    public ProxyUnderTest Proxy => proxy;

    /// <summary>Who was given the tokens.</summary>
    public ProofMaker Page => page;

    public static async Task<DpopProxy> StartAsync(TimeProvider time, string use = "accept", string? nonceSecret = null, Action<ProxySetup>? change = null) => new(
        await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Time = time;
            setup.Settings["Fabraix:Tokens:Issuers:main:Dpop"] = use;
            setup.Settings["Fabraix:Tokens:PublicUrl"] = PublicUrl;
            if (nonceSecret is not null)
            {
                File.WriteAllText(NonceFile(setup.KeyFile), nonceSecret);
                setup.Settings["Fabraix:Tokens:NonceSecret"] = "file:" + NonceFile(setup.KeyFile);
            }
            change?.Invoke(setup);
        }),
        new ProofMaker(time));

    public static string NonceFile(string keyFile) => keyFile + "-nonce";

    /// <summary>A token that is bound to the page's key.</summary>
    public string Token(Action<TokenDraft>? change = null) => proxy.Issuer.Mint(draft =>
    {
        draft.Claim("cnf", page.Confirmation);
        change?.Invoke(draft);
    });

    /// <summary>A request under the scheme DPoP; without a proof where there is none.</summary>
    public RequestText Post(string token, string? proof, string target = "/v1/check")
    {
        var request = proxy.Post(target, token: token).Instead("Authorization", $"DPoP {token}");
        return proof is null ? request : request.With("DPoP", proof);
    }

    public string Proof(string token, string? nonce = null, string target = "/v1/check", Action<TokenDraft>? change = null) =>
        page.Make("POST", PublicUrl + target, token, nonce, change);

    public Task<RawResponse> AskAsync(string token, string? proof, string target = "/v1/check") => proxy.AskAsync(Post(token, proof, target));

    /// <summary>401 with this error of the scheme, logged by this rule, and nothing of it upstream.</summary>
    public async Task RefusedAsync(RequestText request, string error, string rule, string code = "token_invalid")
    {
        var before = proxy.Upstream.RequestCount;
        var answer = await proxy.AskAsync(request.With("Origin", ProxyUnderTest.Origin));

        Assert.Equal((401, code), (answer.Status, answer.Error?.Code));
        Answers.AnswerAssert.Common(answer, ProxyUnderTest.Origin);
        Assert.Equal($"DPoP error=\"{error}\", {Algorithms}", answer.Header("www-authenticate"));
        Assert.Equal(rule, await RuleAsync(answer));
        Assert.Equal(before, proxy.Upstream.RequestCount);
    }

    /// <summary>The rule that the log has for an answer; the line comes after the answer.</summary>
    public async Task<string> RuleAsync(RawResponse answer)
    {
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(Is), "the access line");
        return proxy.Logs.Lines.Single(Is).Field("Rule");

        bool Is(LogLine line) => line.Id.Id == 1100 && line.Field("RequestId") == answer.Header("x-request-id");
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        page.Key.Dispose();
    }
}
