using System.Security.Cryptography;
using Fabraix.Proxy.Mint;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tests.Tokens;

namespace Fabraix.Proxy.Tests.Mint;

/// <summary>Signing keys of the mint, made for this run.</summary>
internal static class MadeKeys
{
    public static MintKey Ec() => Read(Pem());

    public static string Pem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    public static MintKey Read(string text) => MintKey.Read(Content(text), Issuers.Options()) is ({ } key, _) ? key : throw new InvalidDataException("No key.");

    public static SecretContent Content(string text) => SecretReading.Found(text, version: null).Content!;
}
