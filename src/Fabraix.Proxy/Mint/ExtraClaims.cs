using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Fabraix.Proxy.Mint;

/// <summary>Claims of a client's own, for rules about bodies: a strict JSON object that leaves the mint's claims alone.</summary>
internal sealed class ExtraClaims
{
    public static readonly ExtraClaims None = new([]);

    private const int MostBytes = 2 * 1024;

    /// <summary>What the mint says itself, what only an identity provider can say, and what would change whose token it is or what it may do.</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.Ordinal, "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "scope", "scp", "cnf", "azp");

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly JsonProperty[] _members;

    private ExtraClaims(JsonProperty[] members) => _members = members;

    public static bool TryParse(string text, [NotNullWhen(true)] out ExtraClaims? claims)
    {
        claims = null;
        if (Encoding.UTF8.GetByteCount(text) > MostBytes)
            return false;
        try
        {
            var root = JsonDocument.Parse(text, Strict).RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Any(member => Reserved.Contains(member.Name)))
                return false;
            var read = new ExtraClaims([.. root.EnumerateObject()]);

            // Half a surrogate pair passes as JSON, and shows only here.
            using var writer = new Utf8JsonWriter(Stream.Null);
            writer.WriteStartObject();
            read.Write(writer);
            claims = read;
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        foreach (var member in _members)
            member.WriteTo(json);
    }
}
