using System.Collections.Frozen;

namespace Fabraix.Proxy.Tokens;

/// <summary>The keys of one good fetch.</summary>
/// <param name="Keys">By their kid, compared to the letter.</param>
/// <param name="FetchedAt">When the fetch began, by the clock that nobody sets.</param>
internal sealed record KeySet(FrozenDictionary<string, SigningKey> Keys, long FetchedAt)
{
    /// <summary>
    /// The keys of a newer fetch: those that it has in common with these as the very objects that are here, so that what they verified stays verified; and where no key came
    /// and none went, these keys themselves.
    /// </summary>
    public FrozenDictionary<string, SigningKey> Renew(IReadOnlyList<SigningKey> fetched)
    {
        var keys = fetched.Select(Known).ToList();
        return keys.Count == Keys.Count && keys.TrueForAll(key => ReferenceEquals(Keys.GetValueOrDefault(key.KeyId), key)) ? Keys : ByKeyId(keys);
    }

    /// <summary>These keys without those whose kid is not in a list.</summary>
    public FrozenDictionary<string, SigningKey> Listed(IReadOnlySet<string> keyIds) => ByKeyId(Keys.Values.Where(key => keyIds.Contains(key.KeyId)));

    public static FrozenDictionary<string, SigningKey> ByKeyId(IEnumerable<SigningKey> keys) => keys.ToFrozenDictionary(key => key.KeyId, StringComparer.Ordinal);

    private SigningKey Known(SigningKey fetched)
    {
        if (Keys.GetValueOrDefault(fetched.KeyId) is not { } known || !known.IsSame(fetched))
            return fetched;
        fetched.Dispose(); // nobody has seen it
        return known;
    }
}
