using System.Text.Json;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Tests.Authorization;
using Fabraix.Proxy.Tests.Routes;
using Fabraix.Proxy.Tokens;
using Fabraix.Proxy.Tokens.Dpop;
using Fabraix.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens.Dpop;

/// <summary>RFC 9449 section 4.3, the checks that need the request, its token and the clock.</summary>
public sealed class ProofOfPossessionTests : IDisposable
{
    private const string Url = "https://proxy.example/v1/check";
    private const string Token = "a.b.c";

    private readonly FakeTimeProvider _time = new(Jose.Now);
    private readonly ProofMaker _maker;
    private readonly ProofMaker _thief;
    private readonly TokenOptions _options = new() { Dpop = new DpopOptions { PublicUrl = new Uri("https://proxy.example") } };
    private readonly ProofOfPossession _possession;

    public ProofOfPossessionTests()
    {
        (_maker, _thief) = (new ProofMaker(_time), new ProofMaker(_time));
        _possession = new ProofOfPossession(_options, new ProofMemory(_time), _time);
    }

    public void Dispose()
    {
        _maker.Key.Dispose();
        _thief.Key.Dispose();
    }

    [Fact]
    public void Accepts_a_good_proof_and_gives_no_nonce_without_a_secret()
    {
        var context = Request(Make());

        Assert.Null(Judge(context));
        Assert.False(context.Response.Headers.ContainsKey("DPoP-Nonce"));
    }

    /// <summary>The request of section 7.1, at its time: everything in it is RFC 9449's own, token, proof, key and thumbprint.</summary>
    [Fact]
    public void Accepts_the_request_of_RFC_9449_at_its_time_and_no_other()
    {
        var time = new FakeTimeProvider(Rfc9449.Time);
        var possession = new ProofOfPossession(new TokenOptions { Dpop = new DpopOptions { PublicUrl = new Uri("https://resource.example.org") } }, new ProofMemory(time), time);
        using var confirmation = JsonDocument.Parse($$"""{"jkt":"{{Rfc9449.Thumbprint}}"}""");
        Assert.True(Thumbprint.TryRead(confirmation.RootElement, out var boundTo));
        var context = Request(Rfc9449.ResourceProof, "GET", "/protectedresource");

        Assert.NotNull(possession.JudgeOffline(context, Rfc9449.AccessToken, boundTo).Proof);
        Assert.Equal("dpop: ath is another token's", possession.JudgeOffline(context, Rfc9449.AccessToken + "x", boundTo).Refusal?.Rule);
        Assert.Equal("dpop: htu is another", possession.JudgeOffline(Request(Rfc9449.ResourceProof, "GET", "/other"), Rfc9449.AccessToken, boundTo).Refusal?.Rule);
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("dpop: iat is more than 60 s ago", possession.JudgeOffline(context, Rfc9449.AccessToken, boundTo).Refusal?.Rule);
    }

    [Fact]
    public void Refuses_a_bound_token_without_a_proof() => Refused("dpop: no proof", Judge(Request(null)));

    [Fact]
    public void Refuses_two_proofs_in_one_header() => Refused("dpop: the proof is not a compact JWS in canonical base64url with strict JSON, of at most 4 KiB", Judge(Request($"{Make()}, {Make()}")));

    [Fact]
    public void Refuses_another_keys_proof() => Refused("dpop: the key is not the token's", Judge(Request(_thief.Make("POST", Url, Token))));

    [Fact]
    public void Refuses_the_tokens_key_in_a_proof_that_another_key_signed() =>
        Refused("dpop: signature does not hold", Judge(Request(_maker.Make("POST", Url, Token, change: draft => draft.Key = _thief.Key))));

    [Theory]
    [InlineData("GET")]
    [InlineData("post")]
    [InlineData("POST ")]
    [InlineData("")]
    public void Refuses_another_method(string method) => Refused("dpop: htm is another", Judge(Request(_maker.Make(method, Url, Token))));

    [Theory]
    [InlineData("https://proxy.example/v1/event")]
    [InlineData("https://evil.example/v1/check")]
    [InlineData("http://proxy.example/v1/check")]
    [InlineData("/v1/check")]
    public void Refuses_another_target(string url) => Refused("dpop: htu is another", Judge(Request(_maker.Make("POST", url, Token))));

    [Fact]
    public void Refuses_a_proof_for_another_token()
    {
        Refused("dpop: ath is another token's", Judge(Request(_maker.Make("POST", Url, "a.b.d"))));
        Refused("dpop: ath is another token's", Judge(Request(Make(draft => draft.Claim("ath", draft.Payload["ath"]!.GetValue<string>() + "=")))));
    }

    [Theory]
    [InlineData(-60, null)]
    [InlineData(-60.5, "dpop: iat is more than 60 s ago")]
    [InlineData(-61, "dpop: iat is more than 60 s ago")]
    [InlineData(-3600, "dpop: iat is more than 60 s ago")]
    [InlineData(30, null)]
    [InlineData(30.5, "dpop: iat lies ahead")]
    [InlineData(31, "dpop: iat lies ahead")]
    [InlineData(3600, "dpop: iat lies ahead")]
    public void Accepts_a_proof_of_the_last_minute_alone(double seconds, string? rule) =>
        Assert.Equal(rule, Judge(Request(Make(draft => draft.Claim("iat", Jose.Now.ToUnixTimeSeconds() + seconds))))?.Rule);

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(30)]
    public void Refuses_a_proof_a_second_time_for_as_long_as_it_is_fresh(double ahead)
    {
        var proof = Make(draft => draft.Claim("iat", Jose.Now.ToUnixTimeSeconds() + ahead));
        Assert.Null(Judge(Request(proof)));

        for (var seconds = 0; seconds <= 95; seconds++)
        {
            Assert.Contains(Judge(Request(proof))?.Rule, new[] { "dpop: the proof was used before", "dpop: iat is more than 60 s ago" });
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Refused("dpop: iat is more than 60 s ago", Judge(Request(proof)));
    }

    [Fact]
    public void Refuses_the_same_jti_in_another_proof_of_the_key() =>
        Assert.Equal([null, "dpop: the proof was used before"], new[] { "x", "y" }.Select(x => Judge(Request(Make(draft => draft.Claim("jti", "same").Claim("more", x))))?.Rule));

    [Fact]
    public void Notes_no_proof_that_it_refuses()
    {
        void Id(TokenDraft draft) => draft.Claim("jti", "same");

        Refused("dpop: htm is another", Judge(Request(_maker.Make("GET", Url, Token, change: Id))));
        Refused("dpop: signature does not hold", Judge(Request(Make(draft => draft.Claim("jti", "same").Key = _thief.Key))));
        Assert.Null(Judge(Request(Make(Id))));
    }

    [Fact]
    public void Says_overloaded_where_there_is_no_room_to_note_a_proof()
    {
        var full = new ProofOfPossession(_options, new ProofMemory(_time, most: 1, mostOfOne: 1), _time);
        Assert.Null(AtOnce(full.JudgeAsync(Request(Make()), Bound, Caller())));

        var refusal = AtOnce(full.JudgeAsync(Request(Make()), Bound, Caller()));

        Assert.Equal((ProxyError.Overloaded, "dpop: no room to note the proof"), (refusal?.Error, refusal?.Rule));
    }

    /// <summary>Section 7.2: else a stolen token would only have to change its scheme.</summary>
    [Fact]
    public void Refuses_a_bound_token_under_Bearer_even_with_a_proof()
    {
        var refusal = AtOnce(_possession.JudgeAsync(Request(Make()), new Credentials(Credentials.Bearer, Token), Caller()));

        Assert.Equal(("dpop: a bound token under the scheme Bearer", ProxyError.TokenInvalid), (refusal?.Rule, refusal?.Error));
        Assert.StartsWith("Bearer error=\"invalid_token\", DPoP algs=\"ES256", refusal?.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_token_under_DPoP_that_is_not_bound_even_with_a_proof() =>
        Assert.Equal("dpop: a token without cnf under the scheme DPoP", AtOnce(_possession.JudgeAsync(Request(Make()), Bound, Callers.Of()))?.Rule);

    [Fact]
    public void Asks_no_proof_of_a_token_that_is_not_bound() =>
        Assert.Null(AtOnce(_possession.JudgeAsync(Request(null), new Credentials(Credentials.Bearer, Token), Callers.Of())));

    [Fact]
    public async Task Asks_for_a_nonce_and_takes_the_one_it_gives()
    {
        var replica = new NoncesTests.Replica(_time);
        await replica.ReadAsync(Made.ApiKey());
        var possession = new ProofOfPossession(_options, new ProofMemory(_time), _time, replica.Nonces);

        foreach (var wrong in new[] { null, "", "x", new string('A', 32) })
        {
            var asked = Request(_maker.Make("POST", Url, Token, wrong));
            var refusal = AtOnce(possession.JudgeAsync(asked, Bound, Caller()));

            Assert.Equal("dpop: nonce is missing, old or not ours", refusal?.Rule);
            Assert.StartsWith("DPoP error=\"use_dpop_nonce\", algs=\"ES256 ", refusal?.Challenge, StringComparison.Ordinal);
            Assert.Equal(replica.Nonces.Current, asked.Response.Headers["DPoP-Nonce"]);
        }

        var context = Request(_maker.Make("POST", Url, Token, replica.Nonces.Current));
        Assert.Null(AtOnce(possession.JudgeAsync(context, Bound, Caller())));
        Assert.Equal(replica.Nonces.Current, context.Response.Headers["DPoP-Nonce"]);
    }

    [Fact]
    public void Cannot_tell_where_the_nonce_secret_was_never_read()
    {
        var possession = new ProofOfPossession(_options, new ProofMemory(_time), _time, new NoncesTests.Replica(_time).Nonces);

        var refusal = AtOnce(possession.JudgeAsync(Request(Make()), Bound, Caller()));

        Assert.Equal((ProxyError.IssuerUnavailable, "dpop: the nonce secret was never read"), (refusal?.Error, refusal?.Rule));
    }

    private static Credentials Bound => new(Credentials.Dpop, Token);

    private string Make(Action<TokenDraft>? change = null) => _maker.Make("POST", Url, Token, change: change);

    /// <summary>Where there is no Redis, nothing is waited for.</summary>
    private static Refusal? AtOnce(ValueTask<Refusal?> judged)
    {
        Assert.True(judged.IsCompletedSuccessfully);
        return judged.Result;
    }

    private Refusal? Judge(HttpContext context) => AtOnce(_possession.JudgeAsync(context, Bound, Caller()));

    private Caller Caller()
    {
        using var payload = JsonDocument.Parse(Jose.Claims().ToJsonString().Replace("{", $$"""{"cnf":{{_maker.Confirmation.ToJsonString()}},""", StringComparison.Ordinal));
        return Proxy.Tokens.Caller.Of("main", TokenClaims.Read(payload.RootElement).Claims!);
    }

    private static DefaultHttpContext Request(string? proof, string method = "POST", string path = "/v1/check")
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Features.Set(RouteTableTests.Rule("r", method, path));
        if (proof is not null)
            context.Request.Headers["DPoP"] = proof;
        return context;
    }

    private static void Refused(string rule, Refusal? refusal)
    {
        Assert.Equal((rule, ProxyError.TokenInvalid), (refusal?.Rule, refusal?.Error));
        Assert.StartsWith("DPoP error=\"invalid_dpop_proof\", algs=\"ES256 ", refusal?.Challenge, StringComparison.Ordinal);
    }
}
