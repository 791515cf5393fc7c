using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Fabraix.Proxy.Keys;

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

    public static readonly KeySearch Nothing = new([]);

    private const int Gram = sizeof(ulong);
    private const int Beginning = sizeof(uint);
    private const int LongestStride = 64;
    private const int TableBits = 17;

    private readonly byte[][] _spellings;
    private readonly int _stride;
    private readonly ulong[] _table = new ulong[(1 << TableBits) / 64];
    private readonly Dictionary<ulong, List<(byte[] Spelling, int Offset)>> _places = [];

    private KeySearch(byte[][] spellings)
    {
        _spellings = spellings;
        _stride = Math.Min(LongestStride, spellings.Select(spelling => spelling.Length).DefaultIfEmpty(Gram).Min() - Gram + 1);
        foreach (var spelling in spellings)
            Add(spelling);
    }

    public static KeySearch For(IEnumerable<ApiKey> keys) =>
        new([.. keys.SelectMany(key => key.Spellings()).Where(spelling => spelling.Length >= Shortest).Distinct(StringComparer.Ordinal).Select(Encoding.ASCII.GetBytes)]);

    /// <summary>Whether a whole spelling is in the bytes.</summary>
    public bool IsIn(ReadOnlySpan<byte> bytes)
    {
        var begun = 0;
        return Find(bytes, ref begun);
    }

    /// <summary>Whether a whole spelling is in the bytes.</summary>
    /// <param name="bytes">Where to look.</param>
    /// <param name="begun">Where there is none: length of the longest end of the bytes with which a spelling begins.</param>
    public bool IsIn(ReadOnlySpan<byte> bytes, out int begun)
    {
        begun = 0;
        if (Find(bytes, ref begun))
            return true;
        begun = Math.Max(begun, BegunShortly(bytes));
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

    private bool Find(ReadOnlySpan<byte> bytes, ref int begun)
    {
        if (_spellings.Length == 0)
            return false;

        var table = _table;
        for (var at = 0; at <= bytes.Length - Gram; at += _stride)
        {
            var gram = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
            if (Has(table, gram) && IsAround(bytes, at, gram, ref begun))
                return true;
        }

        return false;
    }

    // The upper bits of a product depend on all bytes of the run.
    private static uint Hash(ulong run) => (uint)((run * 0x9E3779B97F4A7C15) >> (64 - TableBits));

    private static bool Has(ulong[] table, ulong run) => (table[Hash(run) >> 6] & (1UL << (int)(Hash(run) & 63))) != 0;

    /// <summary>The first bytes, four at most, as one number that tells their count too.</summary>
    private static ulong Begin(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= Beginning)
            return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var run = 1UL;
        foreach (var one in bytes)
            run = (run << 8) | one;
        return ~run;
    }

    private void Add(byte[] spelling)
    {
        for (var offset = 0; offset < _stride; offset++)
        {
            var gram = BinaryPrimitives.ReadUInt64LittleEndian(spelling.AsSpan(offset));
            Mark(gram);
            (CollectionsMarshal.GetValueRefOrAddDefault(_places, gram, out _) ??= []).Add((spelling, offset));
        }

        for (var length = 1; length <= Beginning; length++)
            Mark(Begin(spelling.AsSpan(0, length)));
    }

    private void Mark(ulong run) => _table[Hash(run) >> 6] |= 1UL << (int)(Hash(run) & 63);

    /// <summary>Whether the run is of a whole spelling; one that the end cuts off has begun.</summary>
    private bool IsAround(ReadOnlySpan<byte> bytes, int at, ulong gram, ref int begun)
    {
        if (!_places.TryGetValue(gram, out var places))
            return false;
        foreach (var (spelling, offset) in places)
        {
            if (at < offset)
                continue;
            var rest = bytes[(at - offset)..];
            if (rest.StartsWith(spelling))
                return true;
            if (spelling.AsSpan().StartsWith(rest))
                begun = Math.Max(begun, rest.Length);
        }

        return false;
    }

    /// <summary>The same for an end that is too short to hold a run that was looked at.</summary>
    private int BegunShortly(ReadOnlySpan<byte> bytes)
    {
        for (var at = Math.Max(0, bytes.Length - _stride - Gram + 2); at < bytes.Length; at++)
        {
            var end = bytes[at..];
            if (!Has(_table, Begin(end)))
                continue;
            foreach (var spelling in _spellings)
            {
                if (spelling.AsSpan().StartsWith(end))
                    return end.Length;
            }
        }

        return 0;
    }
}
