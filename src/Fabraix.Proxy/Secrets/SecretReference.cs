using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Fabraix.Proxy.Secrets;

/// <summary>Names a secret in a store: <c>scheme:</c> and then the store's own identifier. It is not the secret, but it is never shown either: people put secrets in its place.</summary>
internal sealed record SecretReference
{
    // Schemes of the contract whose stores are not there yet are known, so that a key is never mistaken for one of them.
    private static readonly FrozenSet<string> Schemes = FrozenSet.Create(
        StringComparer.Ordinal,
        "env", "file", "azure-key-vault", "aws-secrets-manager", "aws-parameter-store", "gcp-secret-manager", "vault", "kubernetes");

    private SecretReference(string scheme, string identifier) => (Scheme, Identifier) = (scheme, identifier);

    public string Scheme { get; }

    public string Identifier { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out SecretReference? reference)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        reference = colon > 0 && colon < text.Length - 1 && Schemes.Contains(text[..colon])
            ? new SecretReference(text[..colon], text[(colon + 1)..])
            : null;
        return reference is not null;
    }

    public override string ToString() => $"{Scheme}:…";
}
