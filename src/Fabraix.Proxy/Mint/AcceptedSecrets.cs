using System.Security.Cryptography;

namespace Fabraix.Proxy.Mint;

/// <summary>
/// The hashes of a client's secret and of the one before it. Every question costs two comparisons in fixed time, whatever is known: a client without a
/// secret, or that does not exist, has two hashes which nothing has.
/// </summary>
internal sealed class AcceptedSecrets(TimeProvider time)
{
    /// <summary>How long the secret before is accepted after a change, so that neither side need be the first.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    private volatile Pair _pair = new(Nothing(), Nothing(), DateTimeOffset.MinValue, IsKnown: false);

    /// <summary>Whether there is a secret at all.</summary>
    public bool IsKnown => _pair.IsKnown;

    public void Take(byte[] hash)
    {
        var pair = _pair;
        if (!CryptographicOperations.FixedTimeEquals(pair.Current, hash))
            _pair = new Pair(hash, pair.Current, time.GetUtcNow() + Overlap, IsKnown: true);
    }

    public bool Matches(byte[] hash)
    {
        var pair = _pair;
        var current = CryptographicOperations.FixedTimeEquals(pair.Current, hash);
        var previous = CryptographicOperations.FixedTimeEquals(pair.Previous, hash);
        return current | (previous & time.GetUtcNow() < pair.PreviousUntil);
    }

    private static byte[] Nothing() => RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    private sealed record Pair(byte[] Current, byte[] Previous, DateTimeOffset PreviousUntil, bool IsKnown);
}
