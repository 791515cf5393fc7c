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

    /// <summary>
    /// What the mint says itself, what only an identity provider can say, and what would change whose token it is or what it may do. In any case of letters: the proxy
    /// tells <c>SUB</c> from <c>sub</c>, and another service's reader may not.
    /// </summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "scope", "scp", "cnf", "azp", "acr", "amr", "auth_time", "act", "may_act", "authorization_details");

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
            if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Any(member => IsTaken(member.Name)))
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

    /// <summary>Beyond visible ASCII there are letters that a reader may take for one of these.</summary>
    private static bool IsTaken(string name) => Reserved.Contains(name) || name.Length == 0 || name.AsSpan().ContainsAnyExceptInRange('!', '~');

    public void Write(Utf8JsonWriter json)
    {
        foreach (var member in _members)
            member.WriteTo(json);
    }
}
