using Fabraix.Proxy.Tests.Authorization;

namespace Fabraix.Proxy.Tests.Tokens;

public sealed class CallerTests
{
    // Computed apart: sha256("main\nuser-1"), first 16 hex digits.
    [Fact]
    public void Is_called_by_a_known_pseudonym() => Assert.Equal("1d06b4f1853e02c7", Callers.Of().Pseudonym);

    [Fact]
    public void Is_called_alike_every_time_and_otherwise_under_another_issuer_or_subject()
    {
        Assert.Equal(Callers.Of().Pseudonym, Callers.Of().Pseudonym);
        Assert.Equal(3, new[] { Callers.Of(), Callers.Of("user-2"), Callers.Of(issuer: "other") }.Select(caller => caller.Pseudonym).Distinct().Count());
    }

    [Fact]
    public void Never_prints_the_subject()
    {
        var caller = Callers.Of("someone@example.com");

        Assert.Equal($"caller {caller.Pseudonym}", $"{caller}");
        Assert.Null(caller.Name);
        Assert.Empty(caller.Claims);
    }
}
