using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>RFC 9449: a token that is bound to a key works only together with the key, once for each proof.</summary>
public sealed class DpopTests : IAsyncLifetime
{
    private readonly TestClock time = new();
    private DpopProxy dpop = null!;

    public async ValueTask InitializeAsync() => dpop = await DpopProxy.StartAsync(time);

    public ValueTask DisposeAsync() => dpop.DisposeAsync();

    [Fact]
    public async Task Forwards_a_bound_token_with_its_proof_and_neither_goes_upstream()
    {
        var token = dpop.Token();

        var answer = await dpop.AskAsync(token, dpop.Proof(token));

        Assert.Equal(200, answer.Status);
        AnswerAssert.Common(answer);
        Assert.Null(answer.Header("dpop-nonce"));
        var seen = Assert.Single(dpop.Proxy.Upstream.Requests);
        Assert.Equal(dpop.Proxy.ApiKey, seen.Header("x-api-key"));
        Assert.Null(seen.Header("dpop"));
        Assert.Null(seen.Header("authorization"));
        Assert.Null(seen.Header("dpop-nonce"));
    }

    [Theory]
    [InlineData("dpop")]
    [InlineData("DPOP")]
    public async Task Takes_the_scheme_in_any_case(string scheme)
    {
        var token = dpop.Token();

        Assert.Equal(200, (await dpop.Proxy.AskAsync(dpop.Post(token, dpop.Proof(token)).Instead("Authorization", $"{scheme} {token}"))).Status);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public async Task Takes_proofs_of_other_algorithms(string algorithm)
    {
        using var key = algorithm[0] == 'E' ? TestKey.Ec(algorithm) : TestKey.Rsa(algorithm);
        var page = new ProofMaker(key, time);
        var token = dpop.Proxy.Issuer.Mint(draft => draft.Claim("cnf", page.Confirmation));

        Assert.Equal(200, (await dpop.AskAsync(token, page.Make("POST", DpopProxy.PublicUrl + "/v1/check", token))).Status);
    }

    [Fact]
    public async Task Refuses_a_stolen_token_whatever_proof_comes_with_it()
    {
        var thief = new ProofMaker(time);
        var token = dpop.Token();
        var seen = dpop.Proof(token);
        Assert.Equal(200, (await dpop.AskAsync(token, seen)).Status);

        await RefusedAsync(token, null, "dpop: no proof");
        await RefusedAsync(token, thief.Make("POST", DpopProxy.PublicUrl + "/v1/check", token), "dpop: the key is not the token's");
        await RefusedAsync(token, dpop.Proof(token, change: draft => draft.Key = thief.Key), "dpop: signature does not hold");
        await RefusedAsync(token, seen, "dpop: the proof was used before");
        thief.Key.Dispose();
    }

    [Fact]
    public async Task Refuses_a_bound_token_as_a_plain_one()
    {
        var token = dpop.Token();
        foreach (var request in new[] { dpop.Proxy.Post(token: token), dpop.Proxy.Post(token: token).With("DPoP", dpop.Proof(token)) })
        {
            var answer = await dpop.Proxy.AskAsync(request);

            Assert.Equal((401, "token_invalid"), (answer.Status, answer.Error?.Code));
            Assert.Equal($"Bearer error=\"invalid_token\", DPoP {DpopProxy.Algorithms}", answer.Header("www-authenticate"));
            Assert.Equal("dpop: a bound token under the scheme Bearer", await dpop.RuleAsync(answer));
        }

        Assert.Equal(0, dpop.Proxy.Upstream.RequestCount);
    }

    [Fact]
    public async Task Refuses_a_plain_token_under_DPoP()
    {
        var token = dpop.Proxy.Issuer.Mint();

        await dpop.RefusedAsync(dpop.Post(token, dpop.Proof(token)), "invalid_token", "dpop: a token without cnf under the scheme DPoP");
        Assert.Equal(200, (await dpop.Proxy.AskAsync(dpop.Proxy.Post(token: token))).Status);
    }

    [Fact]
    public async Task Asks_for_a_fresh_proof_each_time_although_the_token_is_remembered()
    {
        var token = dpop.Token();
        for (var i = 0; i < 3; i++) Assert.Equal(200, (await dpop.AskAsync(token, dpop.Proof(token))).Status);

        await RefusedAsync(token, null, "dpop: no proof");
        await RefusedAsync(token, dpop.Proof(token, change: draft => draft.Claim("htm", "GET")), "dpop: htm is another");
        var last = dpop.Proof(token);
        Assert.Equal(200, (await dpop.AskAsync(token, last)).Status);
        await RefusedAsync(token, last, "dpop: the proof was used before");
        Assert.Equal(200, (await dpop.AskAsync(token, dpop.Proof(token))).Status);
    }

    [Fact]
    public async Task Lets_one_of_many_through_that_send_the_same_proof_at_once()
    {
        var token = dpop.Token();
        var proof = dpop.Proof(token);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => dpop.AskAsync(token, proof)));

        Assert.Equal([200, .. Enumerable.Repeat(401, 15)], answers.Select(answer => answer.Status).Order());
        Assert.Equal(1, dpop.Proxy.Upstream.RequestCount);
    }

    [Fact]
    public async Task Refuses_a_proof_for_something_else()
    {
        var (token, other) = (dpop.Token(), dpop.Token());

        await RefusedAsync(token, dpop.Proof(token, target: "/v1/event"), "dpop: htu is another");
        await RefusedAsync(token, dpop.Page.Make("POST", $"http://{dpop.Proxy.Address.Authority}/v1/check", token), "dpop: htu is another");
        await RefusedAsync(token, dpop.Page.Make("PUT", DpopProxy.PublicUrl + "/v1/check", token), "dpop: htm is another");
        await RefusedAsync(token, dpop.Proof(other), "dpop: ath is another token's");
        await RefusedAsync(token, dpop.Proof(token, change: draft => draft.Header["typ"] = "JWT"), "dpop: typ is not dpop+jwt");
        await RefusedAsync(token, dpop.Proof(token, change: draft => draft.Header["alg"] = "none"), "dpop: alg is not accepted");
        await RefusedAsync(token, token, "dpop: typ is not dpop+jwt");
        await RefusedAsync(token, "", "dpop: the proof is not a compact JWS in canonical base64url with strict JSON, of at most 4 KiB");
    }

    [Fact]
    public async Task Refuses_an_old_proof_and_one_of_the_future()
    {
        var token = dpop.Token();
        var old = dpop.Proof(token);
        var future = dpop.Proof(token, change: draft => draft.Claim("iat", draft.Payload["iat"]!.GetValue<long>() + 120));

        await RefusedAsync(token, future, "dpop: iat lies ahead");
        time.Advance(TimeSpan.FromSeconds(62));
        await RefusedAsync(token, old, "dpop: iat is more than 60 s ago");
    }

    [Fact]
    public async Task Refuses_two_proofs()
    {
        var token = dpop.Token();

        AnswerAssert.Error(await dpop.Proxy.AskAsync(dpop.Post(token, dpop.Proof(token)).With("dpop", dpop.Proof(token))), "invalid_header");
        Assert.Equal(0, dpop.Proxy.Upstream.RequestCount);
    }

    [Fact]
    public async Task Says_what_is_wrong_with_the_token_in_the_words_of_DPoP()
    {
        var expired = dpop.Token(draft => draft.Claim("iat", draft.Payload["iat"]!.GetValue<long>() - 900).Claim("exp", draft.Payload["iat"]!.GetValue<long>() + 300));
        var narrow = dpop.Token(draft => draft.Claim("scope", "event:write"));

        await dpop.RefusedAsync(dpop.Post(expired, dpop.Proof(expired)), "invalid_token", "token: expired", "token_expired");
        await dpop.RefusedAsync(dpop.Post("x", null), "invalid_token", "token: not a compact JWS in canonical base64url with strict JSON");
        var answer = await dpop.AskAsync(narrow, dpop.Proof(narrow));
        Assert.Equal((403, "DPoP error=\"insufficient_scope\", scope=\"check:write\""), (answer.Status, answer.Header("www-authenticate")));
    }

    [Theory]
    [InlineData("{\"jkt\":\"x\"}")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"x5t#S256\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}")]
    public async Task Refuses_a_token_that_is_bound_otherwise(string confirmation)
    {
        var token = dpop.Proxy.Issuer.Mint(draft => draft.PayloadText = $"{{\"cnf\":{confirmation},{draft.Payload.ToJsonString()[1..]}");

        await dpop.RefusedAsync(dpop.Post(token, dpop.Proof(token)), "invalid_token", "token: cnf is not one key's thumbprint (jkt) alone");
        AnswerAssert.Error(await dpop.Proxy.AskAsync(dpop.Proxy.Post(token: token)), "token_invalid");
    }

    private Task RefusedAsync(string token, string? proof, string rule) => dpop.RefusedAsync(dpop.Post(token, proof), "invalid_dpop_proof", rule);
}
