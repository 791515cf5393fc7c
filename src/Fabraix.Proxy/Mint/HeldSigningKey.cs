using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Mint;

/// <summary>One entry of <c>Mint:SigningKeys</c>, read again and again; what it holds goes to <see cref="MintKeys"/>.</summary>
internal sealed class HeldSigningKey(int index, SecretReference reference, IssuerOptions issuer, MintKeys keys, SecretReader reader, ILogger<HeldSigningKey> log)
    : HeldSecret($"Mint:SigningKeys:{index}", reference, reader, log)
{
    protected override string? Take(SecretContent content)
    {
        var (key, problem) = MintKey.Read(content, issuer);
        return key is null ? problem : keys.Take(index, key);
    }
}
