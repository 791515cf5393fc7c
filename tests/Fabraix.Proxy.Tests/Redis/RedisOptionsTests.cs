using Fabraix.Proxy.Redis;
using Fabraix.Proxy.Tests.Configuration;

namespace Fabraix.Proxy.Tests.Redis;

/// <summary>What <c>RateLimits:Store</c> comes to; what is refused in it stands with the other settings.</summary>
public sealed class RedisOptionsTests
{
    [Fact]
    public void Are_none_where_the_store_is_memory()
    {
        Assert.Null(Sample.Accepted(Sample.Good).RateLimits.Store);
        Assert.Null(Sample.Accepted(Sample.With("Fabraix:RateLimits:Store", "\"memory\"")).RateLimits.Store);
    }

    [Fact]
    public void Take_hosts_and_options()
    {
        var options = Read("redis:a.example:6379,[2001:db8::1]:6380,ssl=true,sslHost=redis.example,user=fabraix,serviceName=mymaster,defaultDatabase=3,prefix=staging.1");

        Assert.Equal([("a.example", 6379), ("2001:db8::1", 6380)], options.Hosts);
        Assert.Equal((true, "redis.example", "fabraix", "mymaster", 3, "staging.1"), (options.Ssl, options.SslHost, options.User, options.ServiceName, options.Database, options.Prefix));
    }

    [Fact]
    public void Have_defaults_that_weaken_nothing()
    {
        var library = Read("redis:localhost:6379").ToConfiguration(password: null);

        Assert.False(library.AllowAdmin || library.IncludeDetailInExceptions || library.AbortOnConnectFail);
        Assert.Equal(("", ""), (library.TieBreaker, library.ConfigurationChannel));
    }

    [Theory]
    [InlineData("redis:localhost:6379")]
    [InlineData("redis:127.0.0.1:6379,[::1]:6379")]
    [InlineData("redis:redis.example.com:6380,ssl=true")]
    public void Give_no_warning_where_nobody_is_on_the_way(string store) =>
        Assert.Empty(Sample.Shown(Sample.Read(Sample.With("Fabraix:RateLimits:Store", $"\"{store}\"")).Warnings));

    [Fact]
    public void Never_hold_or_repeat_a_password_that_stands_in_the_store()
    {
        var password = Guid.NewGuid().ToString("N");

        var reading = Sample.Read(Sample.With("Fabraix:RateLimits:Store", $"\"redis:localhost:6379,password={password},Password={password},{password}\""));

        Assert.Null(reading.Settings);
        Assert.DoesNotContain(Sample.Shown(reading.Mistakes.Concat(reading.Warnings)), text => text.Contains(password, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Refuse_an_API_key_as_the_password()
    {
        var store = Sample.With("Fabraix:RateLimits:Store", "\"redis:localhost:6379\"", Sample.With("Fabraix:RateLimits:StorePassword", "\"env:FABRAIX_API_KEY\""));

        Assert.Equal("Fabraix:RateLimits:StorePassword", Assert.Single(Sample.Read(store).Mistakes).Path);
    }

    private static RedisOptions Read(string store) => Sample.Accepted(Sample.With("Fabraix:RateLimits:Store", $"\"{store}\"")).RateLimits.Store!;
}
