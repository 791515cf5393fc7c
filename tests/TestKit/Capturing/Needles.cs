using System.Buffers.Binary;

namespace Fabraix.TestKit;

/// <summary>
/// Searches a text for thousands of secrets in one pass: each is filed under its last eight bytes, which for a token are
/// part of its signature and so differ.
/// </summary>
internal sealed class Needles
{
    /// <summary>Shorter ones would be found by chance.</summary>
    private const int Shortest = 16;

    private readonly Dictionary<ulong, List<Needle>> byEnding = [];
    private readonly HashSet<string> names = [];
    private readonly ulong[] filter = new ulong[1 << 14];

    public int Secrets => names.Count;

    public void Add(string secret, string form, byte[] bytes)
    {
        if (bytes.Length < Shortest) return;
        names.Add(secret);
        var ending = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(bytes.Length - 8));
        filter[Slot(ending)] |= Bit(ending);
        if (!byEnding.TryGetValue(ending, out var list)) byEnding[ending] = list = [];
        if (!list.Exists(known => known.Bytes.AsSpan().SequenceEqual(bytes))) list.Add(new Needle(secret, form, bytes));
    }

    public void Search(ReadOnlySpan<byte> text, Action<string, string> found)
    {
        for (var end = 8; end <= text.Length; end++)
        {
            var ending = BinaryPrimitives.ReadUInt64LittleEndian(text[(end - 8)..]);
            if ((filter[Slot(ending)] & Bit(ending)) == 0 || !byEnding.TryGetValue(ending, out var list)) continue;
            foreach (var needle in list)
                if (text[..end].EndsWith(needle.Bytes)) found(needle.Secret, needle.Form);
        }
    }

    private static int Slot(ulong ending) => (int)(ending * 0x9E3779B97F4A7C15 >> 50);

    private static ulong Bit(ulong ending) => 1UL << (int)(ending * 0x9E3779B97F4A7C15 >> 44 & 63);

    private sealed record Needle(string Secret, string Form, byte[] Bytes);
}
