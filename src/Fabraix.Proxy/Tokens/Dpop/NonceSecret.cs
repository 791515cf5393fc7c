using System.Security.Cryptography;
using System.Text;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Tokens.Dpop;

/// <summary>The secret that nonces are made with. Only a key derived from it is kept, and for a while the key before it.</summary>
internal sealed class NonceSecret(SecretReference reference, SecretReader reader, TimeProvider time, ILogger<NonceSecret> log)
    : HeldSecret("Tokens:NonceSecret", reference, reader, log)
{
    private const int LeastCharacters = 32;

    private Keys? _keys;

    /// <summary>What nonces are made with now; null while the secret was never read.</summary>
    public byte[]? Current => Volatile.Read(ref _keys)?.Current;

    /// <summary>Every key whose nonces may still be in use.</summary>
    public IEnumerable<byte[]> Accepted => Volatile.Read(ref _keys) is not { } keys ? []
        : keys.Before is { } before && time.GetUtcNow() < keys.BeforeUntil ? [keys.Current, before] : [keys.Current];

    /// <summary>What is wrong with a secret, or null.</summary>
    private static string? Judge(SecretContent content) => Value(content) switch
    {
        { Length: < LeastCharacters } => $"it is shorter than {LeastCharacters} characters",
        var value when value.AsSpan().ContainsAnyExceptInRange('!', '~') => "it holds something other than visible ASCII characters",
        _ => null,
    };

    protected override string? Take(SecretContent content)
    {
        if (Judge(content) is { } problem)
            return problem;

        var key = HMACSHA256.HashData(Encoding.ASCII.GetBytes(Value(content)), "fabraix-proxy dpop nonce"u8);
        var keys = Volatile.Read(ref _keys);
        if (keys is null)
            Volatile.Write(ref _keys, new Keys(key, Before: null, default));
        else if (!keys.Current.AsSpan().SequenceEqual(key))
            Volatile.Write(ref _keys, new Keys(key, keys.Current, time.GetUtcNow() + Nonces.Validity));
        return null;
    }

    private static string Value(SecretContent content) => content.Reveal().TrimEnd('\r', '\n');

    private sealed record Keys(byte[] Current, byte[]? Before, DateTimeOffset BeforeUntil);
}
