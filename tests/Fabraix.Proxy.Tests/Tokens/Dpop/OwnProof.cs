using System.Text.Json;
using Fabraix.Proxy.Tokens;
using Fabraix.Proxy.Tokens.Dpop;

namespace Fabraix.Proxy.Tests.Tokens.Dpop;

/// <summary>Reads a proof as that of a token which is bound to the very key inside of it.</summary>
internal static class OwnProof
{
    public static (Proof? Proof, string? Broken) Read(string text) => Proof.Read(text, BoundTo(text));

    private static Thumbprint BoundTo(string text)
    {
        if (CompactJws.TryParse(text, out var jws))
        {
            using (jws)
            {
                if (jws.Header.TryGetProperty("jwk", out var jwk))
                    return Thumbprint.Of(jwk);
            }
        }

        using var none = JsonDocument.Parse("{}");
        return Thumbprint.Of(none.RootElement);
    }
}
