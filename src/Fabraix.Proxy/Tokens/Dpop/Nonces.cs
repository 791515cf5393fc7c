using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Fabraix.Proxy.Tokens.Dpop;

/// <summary>
/// Nonces that a proof must carry (RFC 9449 section 9), so that it cannot have been made long ahead: the minute, and an HMAC of it. Nothing is stored, and
/// any replica with the same secret knows them.
/// </summary>
internal sealed class Nonces(NonceSecret secret, TimeProvider time)
{
    /// <summary>How long a nonce is accepted at least; at most a minute longer.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private const int TimeBytes = sizeof(long);
    private const int Bytes = TimeBytes + 16;

    private Made? _made;

    /// <summary>What a page shall use now, made once a minute; null while the secret was never read.</summary>
    public string? Current
    {
        get
        {
            if (secret.Current is not { } key)
                return null;
            var minute = Minute;
            var made = Volatile.Read(ref _made);
            if (made is null || made.Minute != minute || made.Key != key)
                Volatile.Write(ref _made, made = new Made(minute, key, Base64Url.EncodeToString(Make(minute, key))));
            return made.Text;
        }
    }

    private long Minute => time.GetUtcNow().UtcTicks / Step.Ticks;

    /// <summary>Whether it is one of ours, and of these minutes. Another replica's clock may be a minute ahead.</summary>
    public bool Accepts(string? nonce)
    {
        if (nonce is null || nonce.Length != Base64Url.GetEncodedLength(Bytes) || !CompactJws.IsCanonical(nonce))
            return false;

        var bytes = Base64Url.DecodeFromChars(nonce);
        var minute = BinaryPrimitives.ReadInt64BigEndian(bytes);
        var age = Minute - minute;
        return age >= -1 && age <= Validity / Step && secret.Accepted.Any(key => CryptographicOperations.FixedTimeEquals(Make(minute, key), bytes));
    }

    private static byte[] Make(long minute, byte[] key)
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, minute);
        HMACSHA256.HashData(key, bytes.AsSpan(0, TimeBytes)).AsSpan(0, Bytes - TimeBytes).CopyTo(bytes.AsSpan(TimeBytes));
        return bytes;
    }

    private sealed record Made(long Minute, byte[] Key, string Text);
}
