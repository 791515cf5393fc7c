using System.Security.Cryptography;
using System.Text;

namespace Fabraix.TestKit.Stores;

/// <summary>RS256 as the fakes check it, apart from how the product signs.</summary>
internal static class SignedJwt
{
    public static bool IsSigned(TestKey key, string header, string payload, string signature)
    {
        try
        {
            return ((RSA)key.Algorithm).VerifyData(
                Encoding.ASCII.GetBytes($"{header}.{payload}"),
                System.Buffers.Text.Base64Url.DecodeFromChars(signature),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
