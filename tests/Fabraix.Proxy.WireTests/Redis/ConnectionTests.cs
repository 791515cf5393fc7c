using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.TestKit;
using Fabraix.TestKit.Redis;
using Xunit;

namespace Fabraix.Proxy.WireTests.Redis;

/// <summary>How the store gets to Redis: as which user, through TLS, Sentinels or a Cluster.</summary>
[Collection(RunAlone.Name)]
public sealed class ConnectionTests
{
    /// <summary>As docs/redis.md has it.</summary>
    internal static string[] LeastRights(string password) => ["ACL", "SETUSER", "fabraix", "reset", "on", ">" + password, .. Rights()];

    [Theory]
    [InlineData(false, "")]
    [InlineData(false, ",defaultDatabase=3")]
    [InlineData(true, "")]
    public async Task Needs_no_more_rights_than_the_page_says(bool cluster, string options)
    {
        var password = Made.ApiKey();
        await using var redis = await RedisServer.StartAsync(new RedisSetup { Cluster = cluster });
        await redis.CommandAsync(LeastRights(password));
        await redis.CommandAsync("ACL", "LOG", "RESET");
        await using (var store = await StoreUnderTest.StartAsync(redis.Store + ",user=fabraix" + options, WritePassword(redis, password)))
        {
            await store.AnswersAsync("limits:test");
            Assert.Null(store.Store.Problem);
            Assert.Contains("user=fabraix", await redis.CommandAsync("CLIENT", "LIST"), StringComparison.Ordinal);
        }

        Assert.Empty(await DeniedAsync(redis));
    }

    /// <summary>With everything that a proxy asks Redis for: limits, revocations, proofs.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lets_a_whole_proxy_do_its_work_with_these_rights(bool mint)
    {
        var password = Made.ApiKey();
        await using var replicas = await Replicas.StartAsync(mint, As, async redis => await redis.CommandAsync(LeastRights(password)));
        await replicas.Redis.CommandAsync("ACL", "LOG", "RESET");
        var token = mint ? await replicas.MintAsync("alice") : replicas[0].Token();
        for (var i = 0; i < 3; i++) Assert.Equal(200, mint ? await Replicas.StatusAsync(replicas[i], token) : (await replicas[i].AskAsync(token, replicas[0].Proof(token))).Status);
        if (mint)
        {
            await replicas.RevokedAsync(0, "token=" + token);
            await replicas.AssertRefusedEverywhereAsync(token);
        }

        foreach (var replica in replicas.All) Assert.Null(await Replicas.ProblemAsync(replica));
        Assert.Empty(await DeniedAsync(replicas.Redis));

        void As(RedisServer redis, ProxySetup setup)
        {
            setup.Settings["Fabraix:RateLimits:Store"] = redis.Store + ",user=fabraix";
            setup.Settings["Fabraix:RateLimits:StorePassword"] = WritePassword(redis, password);
        }
    }

    [Fact]
    public async Task Counts_limits_with_these_rights()
    {
        var password = Made.ApiKey();
        await using var redis = await RedisServer.StartAsync();
        await redis.CommandAsync(LeastRights(password));
        await using var store = await StoreUnderTest.StartAsync(redis.Store + ",user=fabraix", WritePassword(redis, password));
        var plan = Limiters.Plan(new KeyQuota(10, 10), user: [Window.Minute("user", 10)], address: [Window.Minute("address", 10)]);
        var limiter = new RedisLimiter(plan, store.Store, new MemoryLimiter(plan, TimeProvider.System));

        Assert.Equal((LimitOutcome.Admitted, false), await limiter.AskAsync(plan.Question(address: 0xC6336407)) is var answer ? (answer.Outcome, answer.Local) : default);
        Assert.DoesNotContain("c6336407", await redis.CommandAsync("KEYS", "*"), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What a user of the page's rights cannot do, though it knows the password.</summary>
    [Theory]
    [InlineData("GET", "other")]
    [InlineData("FLUSHALL")]
    [InlineData("KEYS", "*")]
    [InlineData("CONFIG", "GET", "*")]
    [InlineData("PUBLISH", "other", "x")]
    [InlineData("EVAL", "return redis.call('GET', KEYS[1])", "1", "other")]
    public async Task Cannot_do_anything_else(params string[] command)
    {
        var password = Made.ApiKey();
        await using var redis = await RedisServer.StartAsync();
        await redis.CommandAsync(LeastRights(password));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => redis.CommandAsync(["--user", "fabraix", "--pass", password, "--no-auth-warning", .. command]));
        Assert.Contains("NOPERM", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a wrong one")]
    [InlineData("none")]
    public async Task Is_away_without_the_right_password_and_says_so(string what)
    {
        var (password, wrong) = (Made.ApiKey(), Made.ApiKey());
        await using var redis = await RedisServer.StartAsync(new RedisSetup { Password = password });
        await using var store = await StoreUnderTest.StartAsync(redis.Store, what == "none" ? null : WritePassword(redis, wrong));

        await Bounds.UntilAsync(() => store.Store.Problem!.Contains("password", StringComparison.Ordinal), "the reason");
        Assert.Null(await store.CountAsync());
        Assert.DoesNotContain(store.Logs.Lines.Select(line => line.Message).Append(store.Store.Problem), text => text!.Contains(wrong, StringComparison.Ordinal) || text.Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Takes_a_new_password_without_a_restart_and_keeps_the_old_connection_until_it_holds()
    {
        var (first, second) = (Made.ApiKey(), Made.ApiKey());

        // Were the user default open, whoever has a wrong password would go on as that one.
        await using var redis = await RedisServer.StartAsync(new RedisSetup { Password = Made.ApiKey() });
        await redis.CommandAsync(LeastRights(first));
        await using var store = await StoreUnderTest.StartAsync(redis.Store + ",user=fabraix", WritePassword(redis, first));
        await store.AnswersAsync();

        // Not yet valid: what stands goes on.
        WritePassword(redis, second);
        await Bounds.UntilAsync(async () => (await redis.CommandAsync("ACL", "LOG")).Contains("auth", StringComparison.Ordinal), "an attempt with the new password");
        await store.AnswersAsync();

        // Redis drops who was logged in by a password that is gone.
        await redis.CommandAsync(LeastRights(second));
        await redis.CommandAsync("CLIENT", "KILL", "USER", "fabraix");
        await store.AnswersAsync();
        Assert.Contains("user=fabraix", await redis.CommandAsync("CLIENT", "LIST"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Speaks_TLS_with_who_has_a_certificate_of_the_authority()
    {
        await using var redis = await RedisServer.StartAsync(new RedisSetup { Tls = true });
        await using var store = await StoreUnderTest.StartAsync(redis.Store);

        await store.AnswersAsync();
    }

    [Theory]
    [InlineData("an authority that is not its")]
    [InlineData("a name that is not its")]
    [InlineData("no authority but the system's")]
    public async Task Speaks_TLS_with_nobody_else(string what)
    {
        await using var redis = await RedisServer.StartAsync(new RedisSetup { Tls = true });
        await using var other = await RedisServer.StartAsync(new RedisSetup { Tls = true });
        var at = $"redis:localhost:{redis.Port},ssl=true";
        await using var store = await StoreUnderTest.StartAsync(what switch
        {
            "an authority that is not its" => $"{at},caFile={other.AuthorityFile}",
            "a name that is not its" => $"{at},caFile={redis.AuthorityFile},sslHost=redis.example",
            _ => at,
        });

        await Bounds.UntilAsync(() => store.Store.Problem!.Contains("certificate", StringComparison.Ordinal), "the reason: " + store.Store.Problem);
        Assert.Null(await store.CountAsync());
    }

    [Fact]
    public async Task Puts_all_its_keys_into_one_slot_of_a_Cluster()
    {
        await using var redis = await RedisServer.StartAsync(new RedisSetup { Cluster = true });
        await using var store = await StoreUnderTest.StartAsync(redis.Store + ",prefix=staging");

        await store.AnswersAsync("one");
        await store.AnswersAsync("other");
        var slots = await Task.WhenAll(new[] { "one", "other", "replicas" }.Select(name => redis.CommandAsync("CLUSTER", "KEYSLOT", store.Store.Key(name).ToString())));
        Assert.Single(slots.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Asks_a_Sentinel_where_Redis_is()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var sentinel = await RedisServer.StartAsync(new RedisSetup { Sentinel = ("mymaster", redis) });
        await using var store = await StoreUnderTest.StartAsync(sentinel.Store + ",serviceName=mymaster");

        await store.AnswersAsync();
        await redis.KillAsync();
        await store.UntilAwayAsync();
        await redis.RestartAsync();
        await store.UntilBackAsync();
    }

    [Fact]
    public async Task Counts_the_replicas_that_live()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await StoreUnderTest.StartAsync(redis.Store);
        await using var other = await StoreUnderTest.StartAsync(redis.Store + ",prefix=other");
        Assert.Equal(1, first.Store.Replicas);
        await using (var second = await StoreUnderTest.StartAsync(redis.Store))
        {
            Assert.Equal(2, second.Store.Replicas);
            await Bounds.UntilAsync(() => first.Store.Replicas == 2, "both replicas");
        }

        // One says that it goes; another one has not been heard of for longer than ten seconds.
        await redis.CommandAsync("ZADD", "{fabraix}:replicas", "1000", "long-gone");
        await Bounds.UntilAsync(() => first.Store.Replicas == 1, "the one that is left");
        await redis.KillAsync();
        await first.UntilAwayAsync();
        Assert.Equal((1, 1), (first.Store.Replicas, other.Store.Replicas));
    }

    /// <summary>What Redis has denied anybody.</summary>
    private static async Task<IEnumerable<string>> DeniedAsync(RedisServer redis)
    {
        var lines = (await redis.CommandAsync("ACL", "LOG")).Split('\n');
        return lines.Index().Where(line => line.Item == "object").Select(line => lines[line.Index + 1]);
    }

    /// <summary>Writes it where the store reads it, and returns the reference.</summary>
    private static string WritePassword(RedisServer redis, string password)
    {
        File.WriteAllText(redis.File("password.new"), password + "\n");
        File.Move(redis.File("password.new"), redis.File("password"), overwrite: true);
        return "file:" + redis.File("password");
    }

    private static string[] Rights()
    {
        var line = File.ReadLines(Path.Combine(Checkout.Root, "docs", "redis.md")).Single(line => line.StartsWith("ACL SETUSER fabraix ", StringComparison.Ordinal));
        return [.. line.Split(' ').Skip(3).Where(right => right is not "reset" and not "on" && !right.StartsWith('>'))];
    }
}
