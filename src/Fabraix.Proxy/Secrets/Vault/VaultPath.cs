using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Secrets.Vault;

/// <summary>The identifier of a reference: the path that the API has below <c>/v1/</c>, and perhaps a version.</summary>
/// <param name="Path">Escaped as a URL wants it.</param>
/// <param name="Version">The version that is asked for, or null for the latest.</param>
/// <param name="MayBeVersioned">Whether it can lie in a store of version 2, whose paths have <c>data</c> behind the mount.</param>
internal sealed partial record VaultPath(string Path, string? Version, bool MayBeVersioned)
{
    public string Target => Version is null ? Path : $"{Path}?version={Version}";

    /// <summary>What is wrong with a reference, or null.</summary>
    public static string? Judge(SecretReference secret)
    {
        if (secret.Field is null)
            return "names no field: a secret of Vault is a set of fields; put # and one of them at its end.";
        var match = Syntax().Match(secret.Identifier);
        if (!match.Success || match.Groups["segment"].Captures.Any(segment => segment.ValueSpan is "." or ".."))
            return "does not name a path of a key-value store, such as secret/data/fabraix#api_key, without a slash at either end; ?version=N selects a version.";
        if (match.Groups["segment"].Captures[0].ValueSpan is "v1" or "auth" or "sys")
            return "begins with v1, auth or sys, and no key-value store does: begin with the store's mount.";
        return match.Groups["version"].Success && !Of(match).MayBeVersioned
            ? "asks for a version, which only a key-value store of version 2 has: its paths have data behind the mount."
            : null;
    }

    /// <summary>Reads what <see cref="Judge"/> found nothing wrong with.</summary>
    public static VaultPath Of(SecretReference secret) => Of(Syntax().Match(secret.Identifier));

    private static VaultPath Of(Match match)
    {
        var segments = match.Groups["segment"].Captures.Select(segment => segment.Value).ToList();
        var data = segments.IndexOf("data", 1);
        return new VaultPath(
            string.Join('/', segments.Select(Uri.EscapeDataString)),
            match.Groups["version"] is { Success: true } version ? version.Value : null,
            data > 0 && data < segments.Count - 1);
    }

    // A mount's name may have slashes too. What would need escapes in a terminal or a URL is left to those who name their secrets so.
    [GeneratedRegex(@"\A(?<segment>[^\x00-\x20/?#%\\\x7f-\uffff]+)(/(?<segment>[^\x00-\x20/?#%\\\x7f-\uffff]+))+(\?version=(?<version>[1-9][0-9]{0,8}))?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Syntax();
}
