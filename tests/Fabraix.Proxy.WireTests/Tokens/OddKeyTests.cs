using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>Keys of a key set that must not verify anything: tokens that they signed are refused, and the good key beside them still serves.</summary>
public sealed class OddKeyTests
{
    private static readonly Dictionary<string, Func<Odd>> Keys = new()
    {
        ["RSA of 1024 bits"] = () => Of(TestKey.Rsa(bits: 1024)),
        ["RSA of 2040 bits"] = () => Of(TestKey.Rsa(bits: 2040)),
        ["for encryption"] = () => Of(TestKey.Ec(), jwk => jwk["use"] = "enc"),
        ["for signing only"] = () => Of(TestKey.Ec(), jwk => jwk["key_ops"] = new JsonArray("sign")),
        ["for nothing that is a word"] = () => Of(TestKey.Ec(), jwk => jwk["key_ops"] = new JsonArray(1)),
        ["whose curve and algorithm disagree"] = () => Of(TestKey.Ec(), jwk => jwk["alg"] = "ES384"),
        ["for an algorithm that is not listed"] = () => Of(TestKey.Ec("ES384")),
        ["for HMAC, with an RSA key's numbers"] = () => Of(TestKey.Rsa(), jwk => jwk["alg"] = "HS256"),
        ["with an empty algorithm"] = () => Of(TestKey.Rsa(), jwk => jwk["alg"] = ""),
        ["published with its private part"] = () => Of(TestKey.Ec(), jwk => jwk["d"] = jwk["x"]!.DeepClone()),
        ["without a kid"] = () => Of(TestKey.Ec(), jwk => jwk.Remove("kid")),
        ["of a kid that comes twice"] = Twice,
        ["symmetric"] = Symmetric,
    };

    public static TheoryData<string> Names => [.. Keys.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Believes_no_key(string name)
    {
        var odd = Keys[name]();
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            foreach (var entry in odd.Entries) setup.Issuer.OtherEntries.Add(entry);
            setup.Issuer.Publish();
        });
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint(odd.Sign))), "token_invalid");
        Assert.Equal(0, proxy.Upstream.RequestCount);

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        Assert.Contains(proxy.Logs.Lines, line => line.Id.Id == 1302);
    }

    private static Odd Of(TestKey key, Action<JsonObject>? change = null)
    {
        var jwk = key.PublicJwk();
        change?.Invoke(jwk);
        return new([jwk], draft => (draft.Key, draft.Header["kid"], draft.Header["alg"]) = (key, key.Kid, key.Alg));
    }

    private static Odd Twice()
    {
        var (one, other) = (TestKey.Ec(kid: "twice"), TestKey.Rsa(kid: "twice"));
        return new([one.PublicJwk(), other.PublicJwk()], draft => (draft.Key, draft.Header["kid"]) = (one, "twice"));
    }

    private static Odd Symmetric()
    {
        var secret = RandomNumberGenerator.GetBytes(64);
        Capture.Process.AddSecret("symmetric key of a key set", secret);
        var jwk = new JsonObject { ["kty"] = "oct", ["kid"] = "oct", ["alg"] = "HS256", ["use"] = "sig", ["k"] = TestKey.Base64Url(secret) };
        return new([jwk], draft =>
        {
            (draft.Header["kid"], draft.Header["alg"]) = ("oct", "HS256");
            draft.Sign = data => HMACSHA256.HashData(secret, data);
        });
    }

    private sealed record Odd(IReadOnlyList<JsonObject> Entries, Action<TokenDraft> Sign);
}
