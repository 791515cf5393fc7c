using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Fabraix.Proxy.Secrets;

/// <summary>
/// Finds any of a set of keys in bytes, in every spelling of <see cref="KeySpellings"/>. It tells that one is there, never which or
/// what. Immutable.
/// </summary>
/// <remarks>
/// Every spelling is at least <c>m</c> bytes long, so a run of eight bytes of it lies at one of every <c>m - 7</c> positions. Only
/// those are looked at: one read, one multiplication and one bit of a table, and on a clean text hardly ever more. That is
/// faster than comparing at every position with vectors, since most bytes are not touched.
/// </remarks>
internal sealed class KeySearch
{
    /// <summary>Shorter spellings are not searched for: ordinary text would hold them by chance.</summary>
    public const int Shortest = 12;

    /// <summary>Least length of a beginning of a spelling that is worth holding back.</summary>
    public const int LeastPartial = 4;

    public static readonly KeySearch Nothing = new([]);

    private const int Gram = sizeof(ulong);
    private const int LongestStride = 64;
    private const int TableBits = 17;

    private readonly byte[][] _spellings;
    private readonly int _stride;
    private readonly ulong[] _table = new ulong[(1 << TableBits) / 64];
    private readonly Dictionary<ulong, List<(byte[] Spelling, int Offset)>> _places = [];
    private readonly Dictionary<uint, List<byte[]>> _beginnings = [];

    private KeySearch(byte[][] spellings)
    {
        _spellings = spellings;
        Longest = spellings.Select(spelling => spelling.Length).DefaultIfEmpty().Max();
        _stride = Math.Min(LongestStride, spellings.Select(spelling => spelling.Length).DefaultIfEmpty(Gram).Min() - Gram + 1);
        foreach (var spelling in spellings)
            Add(spelling);
    }

    /// <summary>Bytes of the longest spelling; 0 where there is nothing to search for.</summary>
    public int Longest { get; }

    public bool IsEmpty => _spellings.Length == 0;

    public static KeySearch For(IEnumerable<ApiKey> keys) =>
        new([.. keys.SelectMany(key => key.Spellings()).Where(spelling => spelling.Length >= Shortest).Distinct(StringComparer.Ordinal).Select(Encoding.ASCII.GetBytes)]);

    /// <summary>Whether a whole spelling is in the bytes.</summary>
    public bool IsIn(ReadOnlySpan<byte> bytes)
    {
        if (_spellings.Length == 0)
            return false;

        var table = _table;
        for (var at = 0; at <= bytes.Length - Gram; at += _stride)
        {
            var gram = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
            var hash = Hash(gram);
            if ((table[hash >> 6] & (1UL << (int)(hash & 63))) != 0 && IsAround(bytes, at, gram))
                return true;
        }

        return false;
    }

    /// <summary>Whether a whole spelling is in the text, read as Latin-1.</summary>
    public bool IsIn(string? text)
    {
        if (text is null || text.Length < Shortest || _spellings.Length == 0)
            return false;
        Span<byte> bytes = text.Length <= 1024 ? stackalloc byte[text.Length] : new byte[text.Length];
        Encoding.Latin1.GetBytes(text, bytes);
        return IsIn(bytes);
    }

    /// <summary>Length of the longest end of the bytes with which a spelling begins, from <see cref="LeastPartial"/> on; else 0.</summary>
    public int BegunAtEnd(ReadOnlySpan<byte> bytes)
    {
        for (var at = Math.Max(0, bytes.Length - Longest + 1); at <= bytes.Length - LeastPartial; at++)
        {
            var end = bytes[at..];
            if (!_beginnings.TryGetValue(BinaryPrimitives.ReadUInt32LittleEndian(end), out var spellings))
                continue;
            foreach (var spelling in spellings)
            {
                if (spelling.Length > end.Length && spelling.AsSpan().StartsWith(end))
                    return end.Length;
            }
        }

        return 0;
    }

    // The upper bits of a product depend on all bytes of the run.
    private static uint Hash(ulong gram) => (uint)((gram * 0x9E3779B97F4A7C15) >> (64 - TableBits));

    private void Add(byte[] spelling)
    {
        for (var offset = 0; offset < _stride; offset++)
        {
            var gram = BinaryPrimitives.ReadUInt64LittleEndian(spelling.AsSpan(offset));
            var hash = Hash(gram);
            _table[hash >> 6] |= 1UL << (int)(hash & 63);
            (CollectionsMarshal.GetValueRefOrAddDefault(_places, gram, out _) ??= []).Add((spelling, offset));
        }

        (CollectionsMarshal.GetValueRefOrAddDefault(_beginnings, BinaryPrimitives.ReadUInt32LittleEndian(spelling), out _) ??= []).Add(spelling);
    }

    private bool IsAround(ReadOnlySpan<byte> bytes, int at, ulong gram)
    {
        if (!_places.TryGetValue(gram, out var places))
            return false;
        foreach (var (spelling, offset) in places)
        {
            var start = at - offset;
            if (start >= 0 && spelling.Length <= bytes.Length - start && bytes.Slice(start, spelling.Length).SequenceEqual(spelling))
                return true;
        }

        return false;
    }
}
