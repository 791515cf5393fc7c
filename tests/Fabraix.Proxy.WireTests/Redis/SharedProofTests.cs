using Fabraix.Proxy.WireTests.Tokens;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Redis;

/// <summary>RFC 9449 section 11.1, over all replicas: a proof is used once.</summary>
[Collection(RunAlone.Name)]
public sealed class SharedProofTests
{
    [Fact]
    public async Task Refuses_a_proof_that_another_replica_has_seen()
    {
        await using var replicas = await Replicas.StartAsync(mint: false, time: new TestClock());
        var (token, proof) = Proven(replicas);
        Assert.Equal(200, (await replicas[0].AskAsync(token, proof)).Status);

        foreach (var replica in replicas.All)
            Assert.Equal("dpop: the proof was used before", await RefusedAsync(replica, token, proof));
        Assert.Equal(200, (await replicas[1].AskAsync(token, replicas[0].Proof(token))).Status);
        Assert.Equal(2, replicas[0].Proxy.Upstream.RequestCount);
    }

    [Fact]
    public async Task Lets_one_of_many_through_that_send_the_same_proof_to_all_replicas_at_once()
    {
        await using var replicas = await Replicas.StartAsync(mint: false, time: new TestClock());
        for (var round = 0; round < 5; round++)
        {
            var (token, proof) = Proven(replicas);
            var answers = await Task.WhenAll(Enumerable.Range(0, 15).Select(i => replicas[i % 3].AskAsync(token, proof)));

            Assert.Equal([200, .. Enumerable.Repeat(401, 14)], answers.Select(answer => answer.Status).Order());
        }
    }

    [Fact]
    public async Task Still_refuses_at_each_replica_what_it_has_seen_itself_while_Redis_is_away()
    {
        await using var replicas = await Replicas.StartAsync(mint: false);
        var (token, proof) = Proven(replicas);
        await replicas.Redis.KillAsync();
        await replicas.UntilAsync(back: false);

        Assert.Equal(200, (await replicas[0].AskAsync(token, proof)).Status);
        await RefusedAsync(replicas[0], token, proof);
        await replicas.Redis.RestartAsync();
        await replicas.UntilAsync(back: true);
        await RefusedAsync(replicas[0], token, proof);
    }

    /// <summary>What Redis holds of it is a digest with an end, in one key.</summary>
    [Fact]
    public async Task Tells_Redis_nothing_but_a_digest_and_an_end()
    {
        await using var replicas = await Replicas.StartAsync(mint: false, time: new TestClock());
        var (token, proof) = Proven(replicas);
        Assert.Equal(200, (await replicas[0].AskAsync(token, proof)).Status);

        var key = Assert.Single((await replicas.Redis.CommandAsync("KEYS", "{fabraix}:seen:*")).Split('\n'));
        Assert.Matches("^{fabraix}:seen:[A-Za-z0-9_-]{43}$", key);
        Assert.Equal("", await replicas.Redis.CommandAsync("GET", key));
        Assert.InRange(int.Parse(await replicas.Redis.CommandAsync("TTL", key)), 61, 121);
    }

    private static (string Token, string Proof) Proven(Replicas replicas)
    {
        var token = replicas[0].Token();
        return (token, replicas[0].Proof(token));
    }

    private static async Task<string> RefusedAsync(DpopProxy replica, string token, string proof)
    {
        var answer = await replica.AskAsync(token, proof);
        Assert.Equal((401, "token_invalid"), (answer.Status, answer.Error?.Code));
        return await replica.RuleAsync(answer);
    }
}
