using Fabraix.Proxy.Edge;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fabraix.Proxy.Tests.Edge;

public sealed class TargetStepTests
{
    [Theory]
    [InlineData("/v1/check")]
    [InlineData("/a")]
    [InlineData("/A-Za-z0-9-._~")]
    [InlineData("/...")]
    [InlineData("/.well-known/x")]
    [InlineData("/a..b/c.")]
    public void Passes_a_plain_path(string target) => Assert.Null(TargetStep.Judge(target));

    [Theory]
    [InlineData("", "target: not in origin-form")]
    [InlineData("*", "target: not in origin-form")]
    [InlineData("v1/check", "target: not in origin-form")]
    [InlineData("http://localhost/v1/check", "target: not in origin-form")]
    [InlineData("localhost:8080", "target: not in origin-form")]
    [InlineData("/v1/check?a=b", "target: the route takes no query")]
    [InlineData("/v1/check?", "target: the route takes no query")]
    [InlineData("/v1/%63heck", "target: character outside unreserved and /")]
    [InlineData("/v1/check%00", "target: character outside unreserved and /")]
    [InlineData("/v1%2Fcheck", "target: character outside unreserved and /")]
    [InlineData("/v1\\check", "target: character outside unreserved and /")]
    [InlineData("/v1/check;a=b", "target: character outside unreserved and /")]
    [InlineData("/v1/check#a", "target: character outside unreserved and /")]
    [InlineData("/v1/check ", "target: character outside unreserved and /")]
    [InlineData("/v1/check\t", "target: character outside unreserved and /")]
    [InlineData("/v1/@check", "target: character outside unreserved and /")]
    [InlineData("/v1/chéck", "target: character outside unreserved and /")]
    [InlineData("/v1/ｃheck", "target: character outside unreserved and /")]
    [InlineData("/v1/{name}", "target: character outside unreserved and /")]
    [InlineData("/", "target: empty or dot segment")]
    [InlineData("//", "target: empty or dot segment")]
    [InlineData("//v1/check", "target: empty or dot segment")]
    [InlineData("/v1//check", "target: empty or dot segment")]
    [InlineData("/v1/check/", "target: empty or dot segment")]
    [InlineData("/./v1/check", "target: empty or dot segment")]
    [InlineData("/v1/../v1/check", "target: empty or dot segment")]
    [InlineData("/..", "target: empty or dot segment")]
    [InlineData("/v1/check/.", "target: empty or dot segment")]
    public void Refuses_every_other_spelling(string target, string rule)
    {
        var refusal = TargetStep.Judge(target);

        Assert.Equal(rule, refusal?.Rule);
        Assert.Equal("invalid_request_target", refusal?.Error.Code);
    }

    /// <summary>RFC 3986 section 2.3: unreserved characters and "/" are the only ones that no reader decodes or splits on.</summary>
    [Property(MaxTest = 2000)]
    public void Passes_no_byte_but_unreserved_ones_and_the_slash(byte before, byte odd)
    {
        var target = $"/{(char)('a' + (before % 26))}{(char)odd}z";
        var plain = char.IsAsciiLetterOrDigit((char)odd) || "-._~/".Contains((char)odd, StringComparison.Ordinal);

        Assert.Equal(plain, TargetStep.Judge(target) is null);
    }

    /// <summary>What passes is already the path that a normaliser would make of it (RFC 3986 section 6.2.2): there is nothing left to read in two ways.</summary>
    [Property(MaxTest = 1000)]
    public FsCheck.Property Passes_only_what_normalising_leaves_alone()
    {
        var texts = Gen.Elements('/', '.', 'a', 'Z', '~', '-').NonEmptyListOf().Select(static characters => "/" + string.Concat(characters));
        return Prop.ForAll(texts.ToArbitrary(), static target =>
            TargetStep.Judge(target) is not null || new Uri("http://host" + target).AbsolutePath == target);
    }
}
