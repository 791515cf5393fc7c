using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Secrets;

/// <summary>Judges a setting that names a secret.</summary>
internal static class SecretSetting
{
    /// <summary>The reference, or null where it is a mistake, which is noted.</summary>
    public static SecretReference? Judge(SectionReader section, string key, string text, string example)
    {
        if (!SecretReference.TryParse(text, out var reference))
            section.Mistake(key, "is not a reference to a secret.", example);
        else if (SecretStores.Judge(reference) is { } wrong)
            section.Mistake(key, wrong, "Correct the reference; it never holds the secret itself.");
        else
            return reference;
        return null;
    }
}
