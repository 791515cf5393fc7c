using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Fabraix.Proxy.Facts;

/// <summary>
/// Names a fact by SHA-256 over its kind and parts, each behind its length: one fact has one name, on every replica, and no part can pass for another. What
/// it is about, such as a user's name, is not kept.
/// </summary>
internal readonly record struct Fact
{
    /// <summary>The length of its text.</summary>
    public const int Characters = 43;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    private Fact(ReadOnlySpan<ulong> digest) => (_first, _second, _third, _fourth) = (digest[0], digest[1], digest[2], digest[3]);

    public static Fact Of(string kind, params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, kind);
        foreach (var part in parts)
            Append(hash, part);

        Span<ulong> digest = stackalloc ulong[SHA256.HashSizeInBytes / sizeof(ulong)];
        hash.GetHashAndReset(MemoryMarshal.AsBytes(digest));
        return new Fact(digest);
    }

    /// <summary>The digest, as canonical base64url.</summary>
    public override string ToString()
    {
        ReadOnlySpan<ulong> digest = [_first, _second, _third, _fourth];
        return Base64Url.EncodeToString(MemoryMarshal.AsBytes(digest));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote, and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Fact fact)
    {
        Span<ulong> digest = stackalloc ulong[SHA256.HashSizeInBytes / sizeof(ulong)];
        var read = text.Length == Characters && Base64Url.IsValid(text, out var length) && length == SHA256.HashSizeInBytes
            && Base64Url.TryDecodeFromChars(text, MemoryMarshal.AsBytes(digest), out _);
        fact = read ? new Fact(digest) : default;
        return read && text.SequenceEqual(fact.ToString());
    }

    private static void Append(IncrementalHash hash, string part)
    {
        // As UTF-16: UTF-8 would make all halves of surrogate pairs one.
        var bytes = MemoryMarshal.AsBytes(part.AsSpan());
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
