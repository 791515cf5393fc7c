using System.Security.Cryptography;
using System.Text;

namespace Fabraix.Proxy.Mint;

/// <summary>Hashes clients' secrets under a key of this process: what is kept is worth nothing elsewhere, and a comparison tells nothing of the secret.</summary>
internal sealed class SecretHash
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    public byte[] Of(string secret) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(secret));
}
