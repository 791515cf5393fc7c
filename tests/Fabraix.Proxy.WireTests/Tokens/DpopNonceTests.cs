using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>RFC 9449 sections 8.2 and 9: with a secret, a proof must carry a nonce that the proxy has given lately.</summary>
public sealed class DpopNonceTests
{
    private readonly TestClock time = new();

    [Fact]
    public async Task Is_asked_for_once_and_then_given_with_every_answer()
    {
        await using var dpop = await DpopProxy.StartAsync(time, nonceSecret: Made.ApiKey());
        var token = dpop.Token();
        await dpop.RefusedAsync(dpop.Post(token, dpop.Proof(token)), "use_dpop_nonce", "dpop: nonce is missing, old or not ours");
        var nonce = (await dpop.AskAsync(token, dpop.Proof(token))).Header("dpop-nonce")!;

        var answer = await dpop.AskAsync(token, dpop.Proof(token, nonce));

        Assert.Equal((200, nonce), (answer.Status, answer.Header("dpop-nonce")));
        Assert.Equal(nonce, (await dpop.AskAsync(token, null)).Header("dpop-nonce"));
        var narrow = dpop.Token(draft => draft.Claim("scope", "other"));
        var refused = await dpop.AskAsync(narrow, dpop.Proof(narrow, nonce));
        Assert.Equal((403, nonce), (refused.Status, refused.Header("dpop-nonce")));
    }

    [Fact]
    public async Task Is_given_to_nobody_whose_token_did_not_hold_or_is_not_bound()
    {
        await using var dpop = await DpopProxy.StartAsync(time, nonceSecret: Made.ApiKey());

        Assert.Null((await dpop.AskAsync("x.y.z", "x")).Header("dpop-nonce"));
        Assert.Null((await dpop.Proxy.AskAsync(dpop.Proxy.Post())).Header("dpop-nonce"));
        Assert.Null((await dpop.Proxy.AskAsync(dpop.Proxy.Post().Without("Authorization"))).Header("dpop-nonce"));
    }

    [Fact]
    public async Task Dies_after_some_minutes()
    {
        await using var dpop = await DpopProxy.StartAsync(time, nonceSecret: Made.ApiKey());
        var token = dpop.Token(draft => draft.Claim("exp", draft.Payload["iat"]!.GetValue<long>() + 900));
        var nonce = (await dpop.AskAsync(token, dpop.Proof(token))).Header("dpop-nonce")!;

        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(200, (await dpop.AskAsync(token, dpop.Proof(token, nonce))).Status);
        time.Advance(TimeSpan.FromMinutes(2));
        await dpop.RefusedAsync(dpop.Post(token, dpop.Proof(token, nonce)), "use_dpop_nonce", "dpop: nonce is missing, old or not ours");
    }

    [Fact]
    public async Task Of_one_replica_is_good_at_another_and_outlives_a_new_secret()
    {
        var secret = Made.ApiKey();
        await using var first = await DpopProxy.StartAsync(time, nonceSecret: secret);
        await using var second = await DpopProxy.StartAsync(time, nonceSecret: secret, change: setup => setup.Issuer = first.Proxy.Issuer);
        var token = first.Token();
        var nonce = (await first.AskAsync(token, first.Proof(token))).Header("dpop-nonce")!;
        Assert.Equal(200, (await second.AskAsync(token, first.Proof(token, nonce))).Status);

        File.WriteAllText(DpopProxy.NonceFile(second.Proxy.KeyFile), Made.ApiKey());
        await Bounds.UntilAsync(async () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return await CurrentAsync(first, token) != await CurrentAsync(second, token);
        }, "the new secret's nonce");

        Assert.Equal(200, (await second.AskAsync(token, first.Proof(token, nonce))).Status);
    }

    [Fact]
    public async Task Cannot_be_judged_while_the_secret_was_never_read_and_plain_tokens_go_on()
    {
        await using var dpop = await DpopProxy.StartAsync(time, change: setup => setup.Settings["Fabraix:Tokens:NonceSecret"] = $"file:{setup.KeyFile}-none");
        var token = dpop.Token();

        var answer = await dpop.AskAsync(token, dpop.Proof(token));

        AnswerAssert.Error(answer, "issuer_unavailable");
        Assert.Equal("dpop: the nonce secret was never read", await dpop.RuleAsync(answer));
        Assert.Equal(200, (await dpop.Proxy.AskAsync(dpop.Proxy.Post())).Status);
        var ready = await dpop.Proxy.ManageAsync("/healthz/ready");
        Assert.Equal(200, ready.Status);
        Assert.Contains("secret Tokens:NonceSecret:", ready.Text, StringComparison.Ordinal);
    }

    private static async Task<string?> CurrentAsync(DpopProxy dpop, string token) => (await dpop.AskAsync(token, null)).Header("dpop-nonce");
}
