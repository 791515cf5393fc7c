using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Fabraix.Sandbox.StandIn;

/// <summary>Every key that was ever made, revoked ones included: what was once secret stays masked.</summary>
internal sealed class StandInKeys
{
    private readonly ConcurrentDictionary<string, StandInKey> _byId = new(StringComparer.Ordinal);
    private int _made;

    public IEnumerable<StandInKey> All => _byId.Values.OrderBy(k => k.Id, StringComparer.Ordinal);

    public StandInKey Create(KeyType type, KeyLimits? limits = null, IReadOnlyList<string>? operations = null)
    {
        var id = $"key-{Interlocked.Increment(ref _made):D3}";
        var value = $"sandbox_{RandomNumberGenerator.GetHexString(40, lowercase: true)}";
        var key = new StandInKey(id, value, type, limits ?? KeyLimits.Of(type), operations ?? []);
        _byId[id] = key;
        return key;
    }

    public StandInKey? ById(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The key that may act now; a revoked one is as unknown as one never made.</summary>
    public StandInKey? Active(string? value) => Known(value) is { Revoked: false } key ? key : null;

    /// <summary>Takes every key's value out of a text before the text may leave the process.</summary>
    public string Mask(string text)
    {
        foreach (var key in _byId.Values)
            text = text.Replace(key.Value, key.Masked, StringComparison.OrdinalIgnoreCase);
        return text;
    }

    private StandInKey? Known(string? value)
    {
        if (value is null)
            return null;
        var given = Encoding.UTF8.GetBytes(value);
        return _byId.Values.FirstOrDefault(k =>
            CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(k.Value), given));
    }
}
