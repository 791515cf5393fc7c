using System.Security.Cryptography;
using System.Text;

namespace Fabraix.Sandbox.StandIn;

/// <summary>Names a key without telling it: eight hex digits that only the key's holder could have made.</summary>
internal static class KeyFingerprint
{
    public static string Of(string value) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(value), "fabraix-proxy"u8))[..8];
}
