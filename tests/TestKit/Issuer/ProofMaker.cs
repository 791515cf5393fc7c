using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit;

/// <summary>What a page does that holds a bound token: it has a key, and makes a proof for each request (RFC 9449 section 4.2).</summary>
internal sealed class ProofMaker(TestKey key, TimeProvider? time = null)
{
    private static int proofs;

    public ProofMaker(TimeProvider? time = null)
        : this(TestKey.Ec(), time)
    {
    }

    public TestKey Key => key;

    /// <summary>The required members alone (RFC 7638 section 3.2), in the order of their names.</summary>
    public JsonObject Jwk
    {
        get
        {
            var full = key.PublicJwk();
            string[] names = full["kty"]!.GetValue<string>() == "RSA" ? ["e", "kty", "n"] : ["crv", "kty", "x", "y"];
            return new JsonObject(names.Select(name => KeyValuePair.Create(name, full[name]?.DeepClone())));
        }
    }

    /// <summary>RFC 7638 section 3.</summary>
    public string Thumbprint => TestKey.Base64Url(SHA256.HashData(Encoding.UTF8.GetBytes(Jwk.ToJsonString())));

    /// <summary>What a token says that is bound to this key (RFC 9449 section 6.1).</summary>
    public JsonObject Confirmation => new() { ["jkt"] = Thumbprint };

    /// <summary>A good proof for one request, as <paramref name="change"/> alters it.</summary>
    public string Make(string method, string url, string token, string? nonce = null, Action<TokenDraft>? change = null)
    {
        var draft = new TokenDraft(
            key,
            new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = key.Alg, ["jwk"] = Jwk },
            new JsonObject
            {
                ["jti"] = Guid.NewGuid().ToString(),
                ["htm"] = method,
                ["htu"] = url,
                ["iat"] = (time ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds(),
                ["ath"] = TestKey.Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(token))),
            });
        if (nonce is not null) draft.Claim("nonce", nonce);
        change?.Invoke(draft);
        var proof = draft.ToToken();
        Capture.Process.AddToken($"proof {Interlocked.Increment(ref proofs)}", proof);
        return proof;
    }
}
