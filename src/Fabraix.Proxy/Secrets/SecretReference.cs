using System.Diagnostics.CodeAnalysis;

namespace Fabraix.Proxy.Secrets;

/// <summary>
/// Names a secret in a store: <c>scheme:identifier</c>, and <c>#field</c> where the secret is a JSON object or a set of named values.
/// It is not the secret, but it is never shown either: people put secrets in its place.
/// </summary>
/// <param name="Scheme">The store.</param>
/// <param name="Identifier">The store's own name for the secret.</param>
/// <param name="Field">The member that holds the key, or null where the secret is the key.</param>
internal sealed record SecretReference(string Scheme, string Identifier, string? Field)
{
    private const int LongestField = 256;

    public static bool TryParse(string text, [NotNullWhen(true)] out SecretReference? reference)
    {
        reference = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !SecretStores.Knows(text[..colon]))
            return false;

        var hash = text.LastIndexOf('#');
        var (identifier, field) = hash < colon ? (text[(colon + 1)..], null) : (text[(colon + 1)..hash], text[(hash + 1)..]);
        if (identifier.Length == 0 || field is { Length: 0 or > LongestField })
            return false;
        reference = new SecretReference(text[..colon], identifier, field);
        return true;
    }

    public override string ToString() => $"{Scheme}:…";
}
