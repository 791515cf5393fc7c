using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Mint;

/// <summary>A client's secret, read again and again. Only its keyed hash is kept.</summary>
internal sealed class ClientSecret(MintClientOptions client, SecretHash hash, SecretReader reader, TimeProvider time, ILogger<ClientSecret> log)
    : HeldSecret($"Mint:Clients:{client.Name}:Secret", client.Secret, reader, log)
{
    private const int Shortest = 32;
    private const int Longest = 256;

    public MintClientOptions Client => client;

    public AcceptedSecrets Accepted { get; } = new(time);

    protected override string? Take(SecretContent content)
    {
        // One newline at the end is an editor's, or echo's.
        var text = content.Reveal();
        var secret = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        if (secret.Length is < Shortest or > Longest || secret.AsSpan().ContainsAnyExcept(MintClientOptions.Unreserved))
            return $"it is not {Shortest} to {Longest} characters of A-Z a-z 0-9 - . _ ~";
        Accepted.Take(hash.Of(secret));
        return null;
    }
}
