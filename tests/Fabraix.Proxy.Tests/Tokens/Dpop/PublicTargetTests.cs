using Fabraix.Proxy.Tokens.Dpop;

namespace Fabraix.Proxy.Tests.Tokens.Dpop;

public sealed class PublicTargetTests
{
    private static readonly Uri Proxy = new("https://proxy.example");
    private static readonly Uri Local = new("http://localhost:8080");

    /// <summary>RFC 3986 sections 6.2.2 and 6.2.3, and query and fragment, which RFC 9449 section 4.3 ignores.</summary>
    [Theory]
    [InlineData("https://proxy.example/v1/check")]
    [InlineData("HTTPS://proxy.example/v1/check")]
    [InlineData("https://PROXY.Example/v1/check")]
    [InlineData("https://proxy.example:443/v1/check")]
    [InlineData("https://proxy.example:/v1/check")]
    [InlineData("https://proxy.example/v1/%63heck")]
    [InlineData("https://proxy.example/v1/x/../check")]
    [InlineData("https://proxy.example/./v1/check")]
    [InlineData("https://proxy.example/v1/check?a=b")]
    [InlineData("https://proxy.example/v1/check#part")]
    [InlineData("https://proxy.example/v1/check?x=http://other.example/#y")]
    public void Takes_another_spelling_of_the_same_place(string htu) => Assert.True(PublicTarget.Is(htu, Proxy, "/v1/check"));

    [Theory]
    [InlineData("")]
    [InlineData("/v1/check")]
    [InlineData("//proxy.example/v1/check")]
    [InlineData("proxy.example/v1/check")]
    [InlineData("http://proxy.example/v1/check")]
    [InlineData("http://proxy.example:443/v1/check")]
    [InlineData("wss://proxy.example/v1/check")]
    [InlineData("https:/proxy.example/v1/check")]
    [InlineData("https:proxy.example/v1/check")]
    [InlineData("https:///proxy.example/v1/check")]
    [InlineData("https://proxy.example:8443/v1/check")]
    [InlineData("https://proxy.example:44 3/v1/check")]
    [InlineData("https://proxy.example./v1/check")]
    [InlineData("https://proxy.example.evil.example/v1/check")]
    [InlineData("https://evil.example/proxy.example/v1/check")]
    [InlineData("https://proxy.example@evil.example/v1/check")]
    [InlineData("https://user@proxy.example/v1/check")]
    [InlineData("https://evil.example\\@proxy.example/v1/check")]
    [InlineData("https://proxy.example")]
    [InlineData("https://proxy.example/")]
    [InlineData("https://proxy.example/v1")]
    [InlineData("https://proxy.example/v1/check/")]
    [InlineData("https://proxy.example/v1/Check")]
    [InlineData("https://proxy.example/V1/check")]
    [InlineData("https://proxy.example//v1/check")]
    [InlineData("https://proxy.example/v1%2Fcheck")]
    [InlineData("https://proxy.example/v1/check%20")]
    [InlineData("https://proxy.example/v1/check%00")]
    [InlineData("https://proxy.example/v1\\check")]
    [InlineData("https://proxy.example/v1/event")]
    [InlineData("https://proxy.example/v1/check;x")]
    [InlineData("https://proxy.example/v1/che\tck")]
    [InlineData(" https://proxy.example/v1/check")]
    [InlineData("https://proxy.example/v1/check ")]
    [InlineData("https://proxy.example/v1/check\n")]
    [InlineData("https://proxy\uFF0Eexample/v1/check")]
    [InlineData("https://pr\u043Exy.example/v1/check")]
    [InlineData("?https://proxy.example/v1/check")]
    public void Takes_no_other_place(string htu) => Assert.False(PublicTarget.Is(htu, Proxy, "/v1/check"));

    [Theory]
    [InlineData("http://localhost:8080/v1/check", true)]
    [InlineData("http://LOCALHOST:8080/v1/check", true)]
    [InlineData("http://localhost/v1/check", false)]
    [InlineData("http://localhost:80/v1/check", false)]
    [InlineData("http://127.0.0.1:8080/v1/check", false)]
    [InlineData("https://localhost:8080/v1/check", false)]
    public void Tells_ports_and_names_apart(string htu, bool same) => Assert.Equal(same, PublicTarget.Is(htu, Local, "/v1/check"));
}
