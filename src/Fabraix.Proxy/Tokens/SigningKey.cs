using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Fabraix.Proxy.Tokens;

/// <summary>One public key of an issuer, bound to the one algorithm that it is for (RFC 8725 section 3.1), ready to check with.</summary>
/// <remarks>
/// The library's signature layer checks, and nothing else of the library: it knows neither headers nor claims. The platform's keys are not
/// promised to be usable by two threads at once; the library's provider keeps a pool of them and is. It lives as long as this object, and
/// is not disposed, since a request may still be checking with a key that has just been replaced.
/// </remarks>
internal sealed class SigningKey
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

    /// <summary>
    /// Whether the signature of a token that <see cref="CompactJws"/> has taken apart is this key's, over the very characters before it
    /// (RFC 7515 section 5.2).
    /// </summary>
    public bool Verifies(string token)
    {
        var end = token.LastIndexOf('.');
        return Verifies(Encoding.ASCII.GetBytes(token, 0, end), Base64Url.DecodeFromChars(token.AsSpan(end + 1)));
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
