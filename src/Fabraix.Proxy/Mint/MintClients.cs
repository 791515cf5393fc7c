using System.Collections.Frozen;
using System.Text;

namespace Fabraix.Proxy.Mint;

/// <summary>Who asks: a client's own name and secret by HTTP Basic (RFC 6749 section 2.3.1), and no other way.</summary>
internal sealed class MintClients
{
    private const string Scheme = "Basic ";

    private readonly FrozenDictionary<string, ClientSecret> _byName;
    private readonly SecretHash _hash;
    private readonly AcceptedSecrets _nobody;

    public MintClients(IEnumerable<ClientSecret> clients, SecretHash hash, TimeProvider time)
    {
        _byName = clients.ToFrozenDictionary(client => client.Client.Name, StringComparer.Ordinal);
        (_hash, _nobody) = (hash, new AcceptedSecrets(time));
    }

    /// <summary>
    /// The client, or why it is none, and then whom it claims to be where that is configured, for logs. A wrong secret and an unknown name are told apart
    /// neither by what is answered nor by how long it takes: while a secret was never read, whatever fails may be its client, whoever is named.
    /// </summary>
    public (MintClientOptions? Client, string? Claimed, OAuthError? Error) Authenticate(HttpRequest request)
    {
        if (Credentials(request) is not var (name, secret))
            return (null, null, OAuthError.NoCredentials);

        var client = _byName.GetValueOrDefault(name);
        var matches = (client?.Accepted ?? _nobody).Matches(_hash.Of(secret));
        if (matches && client is not null)
            return (client.Client, name, null);
        return (null, client?.Client.Name, _byName.Values.All(known => known.Accepted.IsKnown) ? OAuthError.WrongCredentials : OAuthError.SecretUnread);
    }

    /// <summary>RFC 7617 section 2. Names and secrets hold only characters that the form's encoding leaves alone, so it is not undone.</summary>
    private static (string Name, string Secret)? Credentials(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        Span<byte> decoded = stackalloc byte[512];
        if (!Convert.TryFromBase64String(header[Scheme.Length..], decoded, out var length))
            return null;
        var text = Encoding.Latin1.GetString(decoded[..length]);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (text[..colon], text[(colon + 1)..]);
    }
}
