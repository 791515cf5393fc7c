using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Mint;

/// <summary>A private key, bound to the one algorithm that it signs with, that the issuer accepts.</summary>
internal sealed class MintKey
{
    /// <summary>RFC 9068 section 2.1.</summary>
    public const string TokenType = "at+jwt";

    private const int LongestKeyId = 128;

    private readonly PrivateKey _key;
    private readonly string _header;
    private readonly Lock _signing = new();

    private MintKey(PrivateKey key, string algorithm)
    {
        (_key, Algorithm) = (key, algorithm);
        PublicJwk = JsonBody.Bytes(json => key.WritePublic(json, algorithm));
        _header = Base64Url.EncodeToString(JsonBody.Bytes(json =>
        {
            json.WriteString("alg", algorithm);
            json.WriteString("kid", key.KeyId);
            json.WriteString("typ", TokenType);
        }));
    }

    public string KeyId => _key.KeyId;

    public string Algorithm { get; }

    /// <summary>A JSON object in UTF-8.</summary>
    public byte[] PublicJwk { get; }

    /// <summary>Parses what a store holds, or says what is wrong with it in words that tell nothing of it.</summary>
    public static (MintKey? Key, string? Problem) Read(SecretContent content, IssuerOptions issuer)
    {
        if (!PrivateKey.TryParse(content.Reveal(), out var key))
            return (null, "it is no private key, as a JWK or PEM (EC P-256, P-384 or P-521, or RSA of 2048 bits or more)");

        // kid stands in log lines.
        if (key.KeyId.Length is 0 or > LongestKeyId || key.KeyId.Any(c => c is <= ' ' or > '~'))
            return (null, $"its kid is not 1 to {LongestKeyId} visible ASCII characters");
        if ((key.StatedAlgorithm ?? key.CurveAlgorithm ?? issuer.Algorithms.FirstOrDefault(IsRsa)) is not { } algorithm)
            return (null, $"the Algorithms of issuer {issuer.Name} have none for RSA");
        if (key.CurveAlgorithm is { } curve ? curve != algorithm : !IsRsa(algorithm))
            return (null, "its alg is not one of its type or curve");

        var made = new MintKey(key, algorithm);
        try
        {
            // By the very rules that the proxy has for every issuer's keys.
            JwksReader.Read(JwksOf([made]), issuer);
            return (made, null);
        }
        catch (InvalidDataException e)
        {
            return (null, $"issuer {issuer.Name} would not accept what it signs: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>The JWK Set (RFC 7517 section 5) of some keys' public parts.</summary>
    public static byte[] JwksOf(IEnumerable<MintKey> keys) => JsonBody.Bytes(json =>
    {
        json.WriteStartArray("keys");
        foreach (var key in keys)
            json.WriteRawValue(key.PublicJwk);
        json.WriteEndArray();
    });

    public bool IsSame(MintKey other) => PublicJwk.AsSpan().SequenceEqual(other.PublicJwk);

    /// <summary>Signs a payload: a compact JWS (RFC 7515 section 7.1).</summary>
    public string Sign(ReadOnlySpan<byte> payload)
    {
        var signed = $"{_header}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public override string ToString() => KeyId;

    private byte[] Sign(byte[] data)
    {
        var hash = Algorithm[^3..] switch
        {
            "384" => HashAlgorithmName.SHA384,
            "512" => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA256,
        };

        // The platform's keys do not promise to be used by several threads at once.
        lock (_signing)
        {
            return _key.Material switch
            {
                ECDsa ec => ec.SignData(data, hash),
                _ => ((RSA)_key.Material).SignData(data, hash, Algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
            };
        }
    }

    private static bool IsRsa(string algorithm) => algorithm is ['R' or 'P', 'S', ..];
}
