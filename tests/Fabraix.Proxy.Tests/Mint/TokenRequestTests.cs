using System.Text;
using Fabraix.Proxy.Mint;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tokens.Dpop;

namespace Fabraix.Proxy.Tests.Mint;

/// <summary>RFC 6749 sections 4.4.2 and 5.2: nothing is granted beyond what the client may have.</summary>
public sealed class TokenRequestTests
{
    private const string Least = "grant_type=client_credentials&subject=user-1";
    private const string Thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

    private static readonly MintClientOptions Client = new()
    {
        Name = "web-backend",
        Secret = new SecretReference("env", "TEST", Field: null),
        Scopes = ["event:write", "check:write"],
        MaxLifetime = TimeSpan.FromMinutes(5),
    };

    [Fact]
    public void Gives_all_of_the_clients_scopes_for_its_longest_time_unless_asked_for_less()
    {
        var request = Read(Least).Request!;

        Assert.Equal(("user-1", TimeSpan.FromMinutes(5), null), (request.Subject, request.Lifetime, request.KeyThumbprint));
        Assert.Equal(["event:write", "check:write"], request.Scopes);
    }

    [Fact]
    public void Gives_less_where_less_is_asked_for()
    {
        var request = Read($"{Least}&scope=check%3Awrite&lifetime=60&dpop_jkt={Thumbprint}&claims=%7B%22agent_ids%22%3A%5B1%5D%7D").Request!;

        Assert.Equal((TimeSpan.FromMinutes(1), Thumbprint), (request.Lifetime, request.KeyThumbprint));
        Assert.Equal(["check:write"], request.Scopes);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("&lifetime=&claims=", "")]
    [InlineData("&scope=", "invalid_request")]
    [InlineData("&dpop_jkt=", "invalid_request")]
    [InlineData("&unknown=1", "")]
    [InlineData("&scope=check:write+event:write", "")]
    [InlineData("&scope=check:write+check:write", "")]
    [InlineData("&lifetime=1", "")]
    [InlineData("&lifetime=300", "")]
    [InlineData("&scope=run:write", "invalid_scope")]
    [InlineData("&scope=event:write+run:write", "invalid_scope")]
    [InlineData("&scope=EVENT:WRITE", "invalid_scope")]
    [InlineData("&scope=event:write%09check:write", "invalid_scope")]
    [InlineData("&scope=event:write++check:write", "invalid_scope")]
    [InlineData("&scope=+", "invalid_scope")]
    [InlineData("&lifetime=0", "invalid_request")]
    [InlineData("&lifetime=301", "invalid_request")]
    [InlineData("&lifetime=-1", "invalid_request")]
    [InlineData("&lifetime=1.5", "invalid_request")]
    [InlineData("&lifetime=5m", "invalid_request")]
    [InlineData("&lifetime=99999999999", "invalid_request")]
    [InlineData("&claims=1", "invalid_request")]
    [InlineData("&claims=[]", "invalid_request")]
    [InlineData("&claims={", "invalid_request")]
    [InlineData("&dpop_jkt=x", "invalid_request")]
    [InlineData("&dpop_jkt=" + Thumbprint + "A", "invalid_request")]
    [InlineData("&dpop_jkt=0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4J", "invalid_request")]
    [InlineData("&dpop_jkt=0ZcOCORZNYy+DWpqq30jZyJGHTN0d2HglBV3uiguA4I", "invalid_request")]
    [InlineData("&subject=user-2", "invalid_request")]
    [InlineData("&grant_type=client_credentials", "invalid_request")]
    [InlineData("&scope=check:write&scope=check:write", "invalid_request")]
    [InlineData("&s%75bject=user-2", "invalid_request")]
    public void Judges_what_is_added(string added, string error)
    {
        var (request, refused) = Read(Least + added);

        Assert.Equal((error.Length == 0, error), (request is not null, refused?.Code ?? ""));
        Assert.False(refused is { Description.Length: < 20 });
    }

    [Theory]
    [InlineData("subject=user-1", "invalid_request")]
    [InlineData("grant_type=&subject=user-1", "invalid_request")]
    [InlineData("grant_type=password&subject=user-1", "unsupported_grant_type")]
    [InlineData("grant_type=CLIENT_CREDENTIALS&subject=user-1", "unsupported_grant_type")]
    [InlineData("grant_type=client_credentials", "invalid_request")]
    [InlineData("grant_type=client_credentials&subject=", "invalid_request")]
    [InlineData("grant_type=client_credentials&subject=%", "invalid_request")]
    [InlineData("grant_type=client_credentials&subject=%4", "invalid_request")]
    [InlineData("grant_type=client_credentials&subject=%zz", "invalid_request")]
    [InlineData("grant_type=client_credentials&subject=%ff", "invalid_request")]
    [InlineData("grant_type=client_credentials&subject=%ed%a0%80", "invalid_request")]
    [InlineData("", "invalid_request")]
    [InlineData("{}", "invalid_request")]
    public void Refuses_what_is_no_whole_request(string form, string error) => Assert.Equal(error, Read(form).Error?.Code);

    [Fact]
    public void Takes_a_subject_of_512_characters_and_none_of_more()
    {
        Assert.Null(Read($"grant_type=client_credentials&subject={new string('a', 512)}").Error);
        Assert.Equal("invalid_request", Read($"grant_type=client_credentials&subject={new string('a', 513)}").Error?.Code);
        Assert.Equal("Zoë + %", Read("grant_type=client_credentials&subject=Zo%C3%AB+%2B+%25").Request?.Subject);
    }

    [Fact]
    public void Binds_tokens_only_as_their_issuer_takes_them()
    {
        Assert.Equal(Thumbprint, Read($"{Least}&dpop_jkt={Thumbprint}", DpopUse.Require).Request?.KeyThumbprint);
        Assert.NotNull(Read(Least, DpopUse.Off).Request);
        Assert.Equal("invalid_request", Read($"{Least}&dpop_jkt={Thumbprint}", DpopUse.Off).Error?.Code);
        Assert.Equal("invalid_request", Read(Least, DpopUse.Require).Error?.Code);
    }

    private static (TokenRequest? Request, OAuthError? Error) Read(string form, DpopUse dpop = DpopUse.Accept)
    {
        var (read, broken) = Form.Parse(Encoding.UTF8.GetBytes(form));
        return read is null ? (null, broken) : TokenRequest.Read(read, Client, dpop);
    }
}
