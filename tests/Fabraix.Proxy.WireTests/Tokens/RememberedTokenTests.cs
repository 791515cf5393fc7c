using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>A token that was verified is not verified again, but it is judged as strictly the second time.</summary>
public sealed class RememberedTokenTests
{
    private readonly TestClock time = new();

    [Theory]
    [MemberData(nameof(KeySources.All), MemberType = typeof(KeySources))]
    public async Task Is_refused_when_its_key_was_taken_back(string source)
    {
        await using var proxy = await KeySources.StartAsync(time, source);
        var token = proxy.Issuer.Mint(draft => draft.Claim("exp", draft.Payload["iat"]!.GetValue<long>() + 900));
        for (var i = 0; i < 3; i++) Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);
        proxy.Issuer.Add(TestKey.Ec());
        proxy.Issuer.Remove(proxy.Issuer.Key);
        await time.PassAsync(TimeSpan.FromMinutes(5));

        await Bounds.UntilAsync(async () => (await proxy.AskAsync(proxy.Post(token: token))).Status == 401, "the refusal of a token whose key was taken back");
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post(token: token)), "token_invalid");
    }

    [Fact]
    public async Task Is_refused_when_it_has_expired()
    {
        await using var proxy = await KeySources.StartAsync(time, "file");
        var token = proxy.Issuer.Mint();
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);
        time.Advance(TimeSpan.FromSeconds(329));
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);

        time.Advance(TimeSpan.FromSeconds(1));
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post(token: token)), "token_expired");
    }

    [Fact]
    public async Task Lends_nothing_to_another_that_resembles_it()
    {
        await using var proxy = await KeySources.StartAsync(time, "file");
        var token = proxy.Issuer.Mint();
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);
        foreach (var place in new[] { 10, token.IndexOf('.', StringComparison.Ordinal) + 20, token.Length - 40, token.Length - 10 })
        {
            var other = string.Concat(token.AsSpan(0, place), token[place] == 'A' ? "B" : "A", token.AsSpan(place + 1));
            AnswerAssert.Error(await proxy.AskAsync(proxy.Post(token: other)), "token_invalid");
        }

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);
        Assert.Equal(2, proxy.Upstream.RequestCount);
    }

    /// <summary>What is remembered is who calls, never what they may do here: each route asks for its own scope.</summary>
    [Fact]
    public async Task Is_asked_for_the_scope_of_each_route()
    {
        await using var proxy = await KeySources.StartAsync(time, "file");
        var token = proxy.Issuer.Mint(draft => draft.Claim("scope", "check:write"));
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);

        AnswerAssert.Error(await proxy.AskAsync(proxy.Post("/v1/event", token: token)), "insufficient_permissions");
    }
}
