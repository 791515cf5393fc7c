using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Secrets.AzureKeyVault;

/// <summary>A secret of a vault, and perhaps one version of it: <c>https://NAME.vault.azure.net/secrets/SECRET[/VERSION]</c>, in the one spelling that Azure itself uses.</summary>
/// <param name="Vault">The vault's address.</param>
/// <param name="Secret">The secret's name.</param>
/// <param name="Version">The version, or null for the current one.</param>
internal sealed partial record KeyVaultName(Uri Vault, string Secret, string? Version)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out KeyVaultName? name)
    {
        name = Form().Match(text) is { Success: true } match && Uri.TryCreate(match.Groups["vault"].Value, UriKind.Absolute, out var vault)
            ? new KeyVaultName(vault, match.Groups["secret"].Value, match.Groups["version"] is { Success: true } version ? version.Value : null)
            : null;
        return name is not null;
    }

    // Names: https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#vault-name-and-object-name
    [GeneratedRegex(@"\A(?<vault>https://[A-Za-z0-9][A-Za-z0-9.-]{0,252}(:[0-9]{1,5})?)/secrets/(?<secret>[A-Za-z0-9-]{1,127})(/(?<version>[A-Za-z0-9]{1,64}))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
