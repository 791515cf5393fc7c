using Fabraix.Proxy.Redis;

namespace Fabraix.Proxy.Tests.Redis;

public sealed class RedisScriptTests
{
    /// <summary>The example of Redis' own page of EVALSHA.</summary>
    [Fact]
    public void Has_the_name_that_Redis_gives_it() =>
        Assert.Equal("e0e1f9fabfc9d4800c877a703b823ac0578ff8db", Convert.ToHexStringLower(new RedisScript("return 1").Digest));
}
