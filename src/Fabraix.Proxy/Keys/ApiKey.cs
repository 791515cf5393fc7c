using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Keys;

/// <summary>The secret. It prints as [redacted], and its value opens only for a <see cref="Grant"/>.</summary>
[DebuggerDisplay("[redacted]")]
internal sealed class ApiKey
{
    private const int Longest = 4096;

    private readonly string _value;

    private ApiKey(string value)
    {
        _value = value;
        Fingerprint = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(value), "fabraix-proxy key fingerprint"u8), 0, 4);
    }

    /// <summary>Names the value without telling it: equal on all replicas, and useless for guessing without the value.</summary>
    public string Fingerprint { get; }

    /// <summary>Takes one trailing newline off, and refuses what cannot be a key.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ApiKey? key, out SecretOutcome outcome, [NotNullWhen(false)] out string? problem)
    {
        var value = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        (outcome, problem) = Judge(value);
        key = problem is null ? new ApiKey(value) : null;
        return key is not null;
    }

    /// <summary>The value, for the one header that carries it upstream.</summary>
    public string OpenFor(Grant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return _value;
    }

    /// <summary>The value, for the one header of a request that the operator's configuration makes.</summary>
    public string OpenFor(OperatorRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _value;
    }

    /// <summary>Whether two are the same secret, in time that does not depend on where they differ.</summary>
    public bool Matches(ApiKey other) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(_value), Encoding.ASCII.GetBytes(other._value));

    /// <summary>How the key may be spelled where it must not be: for <see cref="KeySearch"/> alone, which keeps them to itself.</summary>
    internal IEnumerable<string> Spellings() => KeySpellings.Of(_value);

    public override string ToString() => "[redacted]";

    private static (SecretOutcome Outcome, string? Problem) Judge(string value) => value switch
    {
        "" => (SecretOutcome.Empty, "it is empty"),
        { Length: > Longest } => (SecretOutcome.TooLong, "it is longer than 4 KiB"),
        _ when value.AsSpan().ContainsAnyExceptInRange('!', '~') => (SecretOutcome.Malformed, "it holds something other than visible ASCII characters"),
        _ when IsUnresolved(value) => (SecretOutcome.Malformed, "it is itself a reference that nothing has resolved"),
        _ => (SecretOutcome.Found, null),
    };

    // A template, an App Service reference or one of our own, left in place of the secret, must never go upstream as the key.
    private static bool IsUnresolved(string value) =>
        SecretReference.TryParse(value, out _)
        || value.StartsWith("${", StringComparison.Ordinal)
        || value.StartsWith("$(", StringComparison.Ordinal)
        || value.StartsWith("{{", StringComparison.Ordinal)
        || value.StartsWith("@Microsoft.KeyVault(", StringComparison.Ordinal);
}
