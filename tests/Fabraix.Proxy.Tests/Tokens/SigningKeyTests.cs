using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Tokens;
using Microsoft.IdentityModel.Tokens;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>The layer that verifies signatures, with signatures that nobody's key makes.</summary>
public sealed class SigningKeyTests
{
    private static readonly byte[] Input = Encoding.ASCII.GetBytes("header.payload");

    /// <summary>RFC 7518 section 3.4: r and s, each as long as the curve's order; a zero or the order itself in them is what CVE-2022-21449 let through.</summary>
    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public void Refuses_degenerate_ECDSA_signatures(string algorithm)
    {
        var ec = (ECDsa)Jose.KeyFor(algorithm);
        var order = Order(algorithm);
        var good = ec.SignData(Input, Hash(algorithm));
        Assert.True(Key(algorithm).Verifies(Input, good));

        var (r, s) = (Number(good.AsSpan(0, good.Length / 2)), Number(good.AsSpan(good.Length / 2)));
        foreach (var first in new[] { 0, 1, order - 1, order, order + 1, r })
        {
            foreach (var second in new[] { 0, 1, order - 1, order, order + 1, s })
            {
                if ((first, second) != (r, s))
                    Refused(algorithm, [.. Bytes(first, good.Length / 2), .. Bytes(second, good.Length / 2)]);
            }
        }

        Refused(algorithm, [.. Bytes(r + order, (good.Length / 2) + 1), .. Bytes(s, (good.Length / 2) + 1)]);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public void Refuses_an_ECDSA_signature_of_another_length_or_form(string algorithm)
    {
        var ec = (ECDsa)Jose.KeyFor(algorithm);
        var good = ec.SignData(Input, Hash(algorithm));

        Refused(algorithm, []);
        Refused(algorithm, [0]);
        Refused(algorithm, good[..^1]);
        Refused(algorithm, good[1..]);
        Refused(algorithm, good[..(good.Length / 2)]);
        Refused(algorithm, [.. good, 0]);
        Refused(algorithm, [0, .. good]);
        Refused(algorithm, [.. good, .. good]);
        Refused(algorithm, [0, .. good[..(good.Length / 2)], 0, .. good[(good.Length / 2)..]]);
        Refused(algorithm, ec.SignData(Input, Hash(algorithm), DSASignatureFormat.Rfc3279DerSequence));
        Refused(algorithm, new byte[6000]);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS512")]
    public void Refuses_degenerate_RSA_signatures(string algorithm)
    {
        var good = Jose.Rsa.SignData(Input, Hash(algorithm), Padding(algorithm));
        var modulus = Number(Jose.Rsa.ExportParameters(includePrivateParameters: false).Modulus);
        Assert.True(Key(algorithm).Verifies(Input, good));

        foreach (var number in new[] { 0, 1, 2, modulus - 1, modulus, modulus - Number(good) })
            Refused(algorithm, Bytes(number, good.Length));
        Refused(algorithm, Bytes(Number(good) + modulus, good.Length + 1));
        Refused(algorithm, []);
        Refused(algorithm, [0]);
        Refused(algorithm, good[..^1]);
        Refused(algorithm, [.. good, 0]);
        Refused(algorithm, [0, .. good]);
        Refused(algorithm, new byte[6000]);
    }

    /// <summary>RFC 7518 section 3.5: the salt is as long as the hash.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(31)]
    [InlineData(33)]
    public void Refuses_a_PSS_signature_with_a_salt_of_another_length(int length)
    {
        Assert.True(Key("PS256").Verifies(Input, Pss(32)));
        Refused("PS256", Pss(length));
    }

    [Fact]
    public void Refuses_with_a_broken_RSA_key_whatever_was_signed()
    {
        var good = Jose.Rsa.ExportParameters(includePrivateParameters: false);
        var even = good.Modulus!.ToArray();
        even[^1] &= 0xFE;
        foreach (var modulus in new[] { even, [.. even[..1], .. new byte[even.Length - 1]], Enumerable.Repeat((byte)0xFF, even.Length).ToArray() })
        {
            var key = new SigningKey(new RsaSecurityKey(new RSAParameters { Modulus = modulus, Exponent = good.Exponent }) { KeyId = "k" }, "RS256");
            foreach (var signature in new[] { new byte[256], [.. new byte[255], 1], Jose.Rsa.SignData(Input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) })
                Assert.False(key.Verifies(Input, signature));
        }
    }

    /// <summary>Instances of the platform's keys are not promised to be safe for several threads at once; this key is.</summary>
    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS384")]
    public void Judges_rightly_on_many_threads_at_once(string algorithm)
    {
        var key = Key(algorithm);
        var tokens = Enumerable.Range(0, 16).Select(i => Jose.Token(claims => claims["sub"] = $"user-{i}", algorithm: algorithm)).ToArray();

        Parallel.For(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            var (one, other) = (tokens[i % 16], tokens[(i + 1) % 16]);
            Assert.True(key.Verifies(one));
            Assert.False(key.Verifies(one[..one.LastIndexOf('.')] + other[other.LastIndexOf('.')..]));
        });
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public void Is_the_same_key_by_kid_algorithm_and_material(string algorithm)
    {
        var jwk = Jose.Jwk(algorithm);
        Assert.True(Read(jwk).IsSame(Read(jwk)));

        var other = Jose.Jwk(algorithm);
        other["kid"] = "another";
        Assert.False(Read(jwk).IsSame(Read(other)));
        using var key = algorithm[0] == 'E' ? (AsymmetricAlgorithm)ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048);
        Assert.False(Read(jwk).IsSame(Read(Jose.Jwk(algorithm, key))));
        other = Jose.Jwk(algorithm == "RS256" ? "PS256" : "ES384");
        other["kid"] = jwk["kid"]!.GetValue<string>();
        Assert.False(Read(jwk).IsSame(Read(other)));
    }

    /// <summary>A proof's key is used once; what the platform holds for it must not wait for the collector.</summary>
    [Theory]
    [InlineData("ES256")]
    [InlineData("PS256")]
    public void Lets_go_of_the_platforms_key(string algorithm)
    {
        var key = Key(algorithm);
        Assert.False(key.Verifies(Input, new byte[64]));

        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Verifies(Input, new byte[64]));
    }

    /// <summary>RFC 8017 section 9.1.1, by hand, since the platform makes no salt of another length.</summary>
    private static byte[] Pss(int saltLength)
    {
        const int HashLength = 32, Length = 256;
        var salt = RandomNumberGenerator.GetBytes(saltLength);
        var hash = SHA256.HashData([.. new byte[8], .. SHA256.HashData(Input), .. salt]);
        byte[] block = [.. new byte[Length - HashLength - saltLength - 2], 1, .. salt];
        for (var at = 0; at < block.Length; at++)
            block[at] ^= SHA256.HashData([.. hash, 0, 0, 0, (byte)(at / HashLength)])[at % HashLength];
        block[0] &= 0x7F;

        var key = Jose.Rsa.ExportParameters(includePrivateParameters: true);
        return Bytes(BigInteger.ModPow(Number([.. block, .. hash, 0xBC]), Number(key.D), Number(key.Modulus)), Length);
    }

    private static void Refused(string algorithm, byte[] signature) => Assert.False(Key(algorithm).Verifies(Input, signature), Convert.ToHexString(signature));

    private static SigningKey Key(string algorithm) => Read(Jose.Jwk(algorithm));

    private static SigningKey Read(JsonObject jwk) => Assert.Single(JwksReader.Read(Encoding.UTF8.GetBytes(Jose.Jwks(jwk)), Issuers.Options()).Keys);

    private static HashAlgorithmName Hash(string algorithm) => new("SHA" + algorithm[2..]);

    private static RSASignaturePadding Padding(string algorithm) => algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number, int length)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[Math.Max(0, length - bytes.Length)], .. bytes];
    }

    // SEC 2 version 2, sections 2.4.2, 2.5.1 and 2.6.1.
    private static BigInteger Order(string algorithm) => Number(Convert.FromHexString(algorithm switch
    {
        "ES256" => "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
        "ES384" => "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
        _ => "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
    }));
}
