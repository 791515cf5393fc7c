using Named = Fabraix.Proxy.Facts.Fact;

namespace Fabraix.Proxy.Tests.Facts;

public sealed class FactTests
{
    [Fact]
    public void Has_one_name() => Assert.Equal(Named.Of("jti", "main", "1"), Named.Of("jti", "main", "1"));

    [Fact]
    public void Is_another_wherever_a_part_differs_or_ends_elsewhere()
    {
        Named[] facts =
        [
            Named.Of("jti", "main", "1"),
            Named.Of("sub", "main", "1"),
            Named.Of("jti", "main1", ""),
            Named.Of("jti", "", "main1"),
            Named.Of("jti", "main1"),
            Named.Of("jtimain", "1"),
            Named.Of("jti", "main", "1", ""),
            Named.Of("jti", "Main", "1"),
            Named.Of("jti", "mäin", "1"),
            Named.Of("jti", "m\uD800in", "1"),
            Named.Of("jti", "m\uD801in", "1"),
            Named.Of("jti", "m\uFFFDin", "1"),
        ];

        Assert.Equal(facts.Length, facts.Distinct().Count());
    }
}
