using System.Buffers.Text;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Tests.Tokens.Vectors;

/// <summary>Published cases of Project Wycheproof, accepted or refused at the layer that verifies signatures as their authors say. The files name their source and licence.</summary>
public sealed class WycheproofTests
{
    private static readonly BigInteger Order = Number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    private static readonly BigInteger Prime = Number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");

    [Fact]
    public void ECDSA_signatures_are_judged_as_published()
    {
        SigningKey? key = null;
        byte[] message = [];
        var judged = (Valid: 0, Invalid: 0);
        foreach (var parts in Lines("ecdsa-p256.txt").Select(line => line.Split(' ')))
        {
            if (parts[2].Split(',') is [var x, var y])
                key = Key(new JsonObject { ["kty"] = "EC", ["kid"] = "k", ["crv"] = "P-256", ["x"] = x, ["y"] = y });
            if (parts[3] != "-")
                message = Convert.FromHexString(parts[3]);

            Assert.True(key!.Verifies(message, Signature(parts[4])) == (parts[1] == "valid"), $"tcId {parts[0]} is {parts[1]}");
            judged = parts[1] == "valid" ? (judged.Valid + 1, judged.Invalid) : (judged.Valid, judged.Invalid + 1);
        }

        Assert.Equal((26, 64), judged);
    }

    /// <summary>The payload of these is not JSON, so that no whole token of them could be accepted: a valid one must pass the signature layer, an invalid one must fall there or before.</summary>
    [Fact]
    public void JSON_Web_Signatures_are_judged_as_published()
    {
        var keys = new Dictionary<string, SigningKey>();
        var judged = (Valid: 0, Invalid: 0);
        foreach (var parts in Lines("jws.txt").Select(line => line.Split(' ')))
        {
            if (parts[0] == "key")
            {
                keys[parts[1]] = Key(JsonNode.Parse(parts[2])!.AsObject());
                continue;
            }

            Assert.True(Accepts(keys[parts[2]], parts[3]) == (parts[1] == "valid"), $"tcId {parts[0]} is {parts[1]}");
            judged = parts[1] == "valid" ? (judged.Valid + 1, judged.Invalid) : (judged.Valid, judged.Invalid + 1);
        }

        Assert.Equal((2, 22), judged);
    }

    private static bool Accepts(SigningKey key, string token)
    {
        if (token.Split('.') is not [{ Length: > 0 } header, { Length: > 0 }, { Length: > 0 }])
            return false;
        using var read = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
        return TokenHeader.Read(read.RootElement).Header is { } known && known.Algorithm == key.Algorithm && known.KeyId == key.KeyId && key.Verifies(token);
    }

    private static byte[] Signature(string text) =>
        text.Split(',') is [var r, var s] ? [.. Bytes(r), .. Bytes(s)] : Convert.FromHexString(text);

    private static byte[] Bytes(string term)
    {
        var value = term switch
        {
            "n" => Order,
            "n-1" => Order - 1,
            "n+1" => Order + 1,
            "p" => Prime,
            "p+1" => Prime + 1,
            _ => int.Parse(term, System.Globalization.CultureInfo.InvariantCulture),
        };
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static BigInteger Number(string hex) => new(Convert.FromHexString(hex), isUnsigned: true, isBigEndian: true);

    private static SigningKey Key(JsonObject jwk) => Assert.Single(JwksReader.Read(Encoding.UTF8.GetBytes(Jose.Jwks(jwk)), Issuers.Options()).Keys);

    private static IEnumerable<string> Lines(string file) =>
        File.ReadLines(Repository.File("tests", "Fabraix.Proxy.Tests", "Tokens", "Vectors", file)).Where(line => line.Length > 0 && line[0] != '#');
}
