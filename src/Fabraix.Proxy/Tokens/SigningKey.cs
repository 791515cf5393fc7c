using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Fabraix.Proxy.Tokens;

/// <summary>One public key of an issuer, bound to the one algorithm that it is for (RFC 8725 section 3.1), ready to check with.</summary>
/// <remarks>
/// The library's signature layer checks, and nothing else of the library: it knows neither headers nor claims. Many threads check with one key. For RSA the
/// library's provider keeps a pool of the platform's keys, one for each check that runs. For EC all of them share one, which .NET does not promise to be safe: what makes it so
/// is that OpenSSL only reads the key, and makes a context of its own for each check. Tests ask both from many threads.
/// A key of an issuer's set is not disposed, since a request may still be checking with one that has just been replaced. One that is used once, is.
/// </remarks>
internal sealed class SigningKey : IDisposable
{
    // The factory's own cache would outlive the key set.
    private static readonly CryptoProviderFactory Factory = new() { CacheSignatureProviders = false };

    private readonly SignatureProvider _provider;

    public SigningKey(SecurityKey key, string algorithm)
    {
        KeyId = key.KeyId;
        Algorithm = algorithm;
        _provider = Factory.CreateForVerifying(key, algorithm);
    }

    public string KeyId { get; }

    public string Algorithm { get; }

    /// <summary>Whether another is this key under this name for this algorithm, wherever it was read.</summary>
    public bool IsSame(SigningKey other) =>
        KeyId == other.KeyId && Algorithm == other.Algorithm && _provider.Key.ComputeJwkThumbprint().AsSpan().SequenceEqual(other._provider.Key.ComputeJwkThumbprint());

    /// <summary>
    /// Whether the signature of a token that <see cref="CompactJws"/> has taken apart is this key's, over the very characters before it
    /// (RFC 7515 section 5.2).
    /// </summary>
    public bool Verifies(string token)
    {
        var end = token.LastIndexOf('.');
        return Verifies(Encoding.ASCII.GetBytes(token, 0, end), Base64Url.DecodeFromChars(token.AsSpan(end + 1)));
    }

    /// <summary>Lets go of what the platform holds for it. Nobody may check with it afterwards.</summary>
    public void Dispose()
    {
        _provider.Dispose();
        (_provider.Key as ECDsaSecurityKey)?.ECDsa.Dispose();
    }

    internal bool Verifies(byte[] input, byte[] signature)
    {
        try
        {
            return signature.Length > 0 && _provider.Verify(input, signature);
        }
        catch (CryptographicException)
        {
            // A key that no reader could tell for broken, such as an RSA modulus that is even: nothing is ever signed with it.
            return false;
        }
    }
}
