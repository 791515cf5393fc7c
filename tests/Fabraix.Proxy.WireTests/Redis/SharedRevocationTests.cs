using System.Text.Json;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Redis;

/// <summary>A token that was taken back at one replica is taken back at all, at those that start later too.</summary>
[Collection(RunAlone.Name)]
public sealed class SharedRevocationTests
{
    [Theory]
    [InlineData("token")]
    [InlineData("jti")]
    [InlineData("subject")]
    public async Task Reaches_every_replica_within_a_second(string what)
    {
        await using var replicas = await Replicas.StartAsync(mint: true);
        var (token, other) = (await replicas.MintAsync("alice"), await replicas.MintAsync("bob"));
        foreach (var replica in replicas.All) Assert.Equal(200, await Replicas.StatusAsync(replica, token));

        var answer = await replicas.RevokedAsync(1, what switch { "token" => "token=" + token, "jti" => $"jti={Claim(token, "jti")}&issuer=main", _ => "subject=alice&issuer=main" });
        Assert.Equal("all replicas", answer.Json.GetProperty("reach").GetString());
        await replicas.AssertRefusedEverywhereAsync(token);
        foreach (var replica in replicas.All) Assert.Equal(200, await Replicas.StatusAsync(replica, other));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_known_to_a_replica_that_starts_later_from_its_first_request_on(bool isMint)
    {
        await using var replicas = await Replicas.StartAsync(mint: true);
        var token = isMint ? await replicas.MintAsync("alice") : replicas[0].Proxy.Issuer.Mint(draft => draft.Claim("sub", "alice"));
        await replicas.RevokedAsync(0, "subject=alice&issuer=main");

        // Without a mint it has no endpoint that would make it think of revocations.
        Assert.Equal(401, await Replicas.StatusAsync(await replicas.AddAsync(withoutMint: !isMint), token));
    }

    [Theory]
    [InlineData("flushed")]
    [InlineData("started anew")]
    public async Task Is_told_again_after_Redis_has_lost_what_it_knew(string how)
    {
        await using var replicas = await Replicas.StartAsync(mint: true);
        var token = await replicas.MintAsync("alice");
        await replicas.RevokedAsync(0, "token=" + token);
        await replicas.AssertRefusedEverywhereAsync(token);

        if (how == "flushed") await replicas.Redis.FlushAsync();
        else await replicas.Redis.RestartAsync();
        await Bounds.UntilAsync(async () => await replicas.Redis.CommandAsync("ZCARD", "{fabraix}:revoked:told") == "1", "the revocation in Redis");
        Assert.Equal(401, await Replicas.StatusAsync(await replicas.AddAsync(), token));
    }

    /// <summary>RFC 7009 section 2.2.1: after 503 the client must take the token for alive, and ask again.</summary>
    [Fact]
    public async Task Holds_here_while_Redis_is_away_and_is_told_the_others_when_it_is_back()
    {
        await using var replicas = await Replicas.StartAsync(mint: true);
        var token = await replicas.MintAsync("alice");
        await replicas.Redis.KillAsync();
        await replicas.UntilAsync(back: false);

        for (var i = 0; i < 2; i++)
        {
            var answer = await replicas.RevokeAsync(0, "token=" + token);
            Assert.Equal((503, "temporarily_unavailable", "5"), (answer.Status, answer.Error, answer.Headers.RetryAfter?.ToString()));
        }
        Assert.Equal(401, await Replicas.StatusAsync(replicas[0], token));
        Assert.Equal(200, await Replicas.StatusAsync(replicas[1], token));
        await replicas.Redis.RestartAsync();
        await replicas.UntilAsync(back: true);
        await replicas.AssertRefusedEverywhereAsync(token);
        await replicas.RevokedAsync(0, "token=" + token);
    }

    [Fact]
    public async Task Tells_Redis_nothing_but_digests_and_numbers()
    {
        await using var replicas = await Replicas.StartAsync(mint: true);
        await replicas.RevokedAsync(0, "subject=alice&issuer=main");

        Assert.Matches(@"^[A-Za-z0-9_-]{43}\.\d{13}\.\d{13}$", await replicas.Redis.CommandAsync("ZRANGE", "{fabraix}:revoked:told", "0", "-1"));
        Assert.InRange(int.Parse(await replicas.Redis.CommandAsync("TTL", "{fabraix}:revoked:told")), 900, 961);
    }

    /// <summary>Who can write to Redis can keep replicas from telling each other. They cannot stop them, nor take the room of their own revocations.</summary>
    [Theory]
    [InlineData("EVAL", "for i = 1, 2000 do redis.call('ZADD', KEYS[1], i, 'x' .. i) end redis.call('HSET', KEYS[2], 'last', 2000, 'epoch', 'other')", "2", "{fabraix}:revoked:told", "{fabraix}:revoked:state")]
    [InlineData("EVAL", "redis.call('ZADD', KEYS[1], 1, string.rep('x', 10000000)) redis.call('HSET', KEYS[2], 'last', 5, 'epoch', string.rep('y', 10000000))", "2", "{fabraix}:revoked:told", "{fabraix}:revoked:state")]
    [InlineData("ZADD", "{fabraix}:revoked:told", "1", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.99999999999999999999.99999999999999999999", "inf", "z", "1.5", "y")]
    [InlineData("HSET", "{fabraix}:revoked:state", "last", "9999999999999999999999", "epoch", "")]
    [InlineData("HSET", "{fabraix}:revoked:state", "last", "abc")]
    [InlineData("SET", "{fabraix}:revoked:state", "abc")]
    [InlineData("SET", "{fabraix}:revoked:told", "abc")]
    [InlineData("SET", "{fabraix}:replicas", "abc")]
    public async Task Stands_whatever_others_write_to_Redis(params string[] command)
    {
        await using var replicas = await Replicas.StartAsync(mint: true);
        var (token, other) = (await replicas.MintAsync("alice"), await replicas.MintAsync("bob"));
        await replicas.RevokedAsync(1, "subject=somebody&issuer=main");
        await replicas.Redis.CommandAsync(command);

        Assert.Contains((await replicas.RevokeAsync(0, "token=" + token)).Status, (int[])[200, 503]);
        Assert.Equal(401, await Replicas.StatusAsync(replicas[0], token));
        foreach (var replica in replicas.All) Assert.Equal(200, await Replicas.StatusAsync(replica, other));
        foreach (var replica in replicas.All) Assert.Equal(200, (await replica.Proxy.ManageAsync("/healthz/ready")).Status);
    }

    private static string? Claim(string token, string name) =>
        JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1])).GetProperty(name).GetString();
}
