using System.Security.Cryptography;
using System.Text;

namespace Fabraix.Proxy.Redis;

/// <summary>A Lua script, and the digest by which Redis knows it once it has run it. SHA-1 is Redis' choice, and a name here, no proof.</summary>
internal sealed class RedisScript(string text)
{
    public string Text => text;

    public byte[] Digest { get; } = Sha1(text);

#pragma warning disable CA5350 // Redis names scripts so.
    private static byte[] Sha1(string text) => SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
}
