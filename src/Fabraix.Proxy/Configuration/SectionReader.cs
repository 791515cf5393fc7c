using System.Globalization;

namespace Fabraix.Proxy.Configuration;

/// <summary>
/// Reads one section and notes every mistake instead of stopping at the first. It exists because the stock binder throws
/// at the first bad value, appends to array defaults, reads "30" as thirty days, and lets an unknown key pass.
/// </summary>
internal sealed class SectionReader(IConfigurationRoot root, string path, Findings findings)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public string Path => path;

    public Findings Findings => findings;

    /// <summary>Every key that was asked for so far.</summary>
    public IReadOnlyCollection<string> Known => _known;

    public bool Has(string key)
    {
        _known.Add(key);
        var section = root.GetSection(At(key));
        return !string.IsNullOrEmpty(section.Value) || section.GetChildren().Any();
    }

    /// <summary>Whether any source mentions the key, be it as an empty object.</summary>
    public bool Present(string key)
    {
        _known.Add(key);
        return root.Providers.Any(provider => provider.TryGet(At(key), out _) || provider.GetChildKeys([], At(key)).Any());
    }

    /// <summary>Whether a value stands there, without asking for it.</summary>
    public bool Is(string key, string value) => root[At(key)] == value;

    public string? Text(string key)
    {
        _known.Add(key);
        var section = root.GetSection(At(key));
        if (section.GetChildren().Any())
        {
            Mistake(key, "is a list or an object.", "Set a single value.");
            return null;
        }

        if (section.Value?.Contains('\0', StringComparison.Ordinal) is true)
        {
            // No setting means one, and a file's name with one in it is an exception wherever it is opened.
            Mistake(key, "holds a NUL character.", "Remove it.");
            return null;
        }

        return string.IsNullOrEmpty(section.Value) ? null : section.Value;
    }

    /// <summary>Whether the key is there with nothing in it; elsewhere that counts as not set.</summary>
    public bool IsEmptyText(string key) => root.GetSection(At(key)) is { Value.Length: 0 } section && !section.GetChildren().Any();

    public string RequiredText(string key, string set)
    {
        var before = findings.Mistakes.Count;
        var text = Text(key);
        if (text is null && findings.Mistakes.Count == before)
            Mistake(key, "is missing.", set);
        return text ?? "";
    }

    public bool Flag(string key, bool otherwise)
    {
        if (Text(key) is not { } text)
            return otherwise;
        if (bool.TryParse(text, out var flag))
            return flag;
        Mistake(key, "is neither true nor false.", "Set true or false.");
        return otherwise;
    }

    public int? Whole(string key, int least, int most)
    {
        if (Text(key) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Mistake(key, "is not a whole number in range.", string.Create(CultureInfo.InvariantCulture, $"Set a whole number from {least} to {most}."));
        return null;
    }

    public TimeSpan Duration(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        if (Text(key) is not { } text)
            return otherwise;
        if (Durations.TryParse(text, out var duration) && duration >= least && duration <= most)
            return duration;
        Mistake(key, "is not a duration in range.", $"Set hh:mm:ss, or a number with s, m or h such as 30s, from {Durations.Write(least)} to {Durations.Write(most)}.");
        return otherwise;
    }

    public IReadOnlyList<string> List(string key) => [.. Items(key).Select(item => item.Value)];

    /// <summary>A list, each entry with its own path (<c>Origins:1</c>); the last source that has it wins whole, so that a configured list replaces its default.</summary>
    public IReadOnlyList<(string Key, string Value)> Items(string key)
    {
        _known.Add(key);
        var at = At(key);
        foreach (var provider in root.Providers.Reverse())
        {
            var indexes = provider.GetChildKeys([], at).Distinct(StringComparer.Ordinal).ToArray();
            var single = provider.TryGet(at, out var value);
            if (indexes.Length == 0 && !single)
                continue;
            if (!string.IsNullOrEmpty(value) || indexes.Any(i => !int.TryParse(i, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            {
                Mistake(key, "is not a list.", $"Set a list: [\"…\"] in JSON, or {at.Replace(":", "__", StringComparison.Ordinal)}__0=… in the environment.");
                return [];
            }

            return [.. indexes.Order(ConfigurationKeyComparer.Instance).Select(i => ($"{key}:{i}", provider.TryGet($"{at}:{i}", out var item) ? item ?? "" : ""))];
        }

        return [];
    }

    public SectionReader Section(string key)
    {
        _known.Add(key);
        if (!string.IsNullOrEmpty(root.GetSection(At(key)).Value))
            Mistake(key, "is a single value.", "Set an object.");
        return new SectionReader(root, At(key), findings);
    }

    /// <summary>The entries of an object whose keys are names that the user chose.</summary>
    public IEnumerable<(string Name, SectionReader Section)> Entries() =>
        root.GetSection(path).GetChildren().Select(child => (child.Key, Section(child.Key)));

    /// <summary>Windows and metrics put the names of a key and of a route together with a slash between.</summary>
    public void RefuseSlash(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
            findings.Mistake(path, "has a slash in its name.", "Name it otherwise, such as " + name.Replace('/', '-') + ".");
    }

    /// <summary>The names of such an object's entries, good or bad.</summary>
    public IEnumerable<string> Names(string key) => root.GetSection(At(key)).GetChildren().Select(child => child.Key);

    public void Mistake(string key, string wrong, string set) => findings.Mistake(At(key), wrong, set);

    public void Warn(string key, string what, string set) => findings.Warn(At(key), what, set);

    /// <summary>A weakening that is switched on; its name begins with Dangerous, and start says so.</summary>
    public bool Dangerous(string key, string meaning)
    {
        var on = Flag(key, otherwise: false);
        if (on)
            Warn(key, meaning, "Remove it unless this is what you want.");
        return on;
    }

    /// <summary>Notes every key that no question above has asked for.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (var child in root.GetSection(path).GetChildren().Where(child => !_known.Contains(child.Key)))
        {
            var nearest = NearestName.Of(child.Key, _known);
            Mistake(child.Key, "is not known.", nearest is null ? $"Known here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}." : $"Did you mean {nearest}?");
        }
    }

    private string At(string key) => path.Length == 0 ? key : ConfigurationPath.Combine(path, key);
}
