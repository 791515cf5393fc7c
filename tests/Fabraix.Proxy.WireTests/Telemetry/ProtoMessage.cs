using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Fabraix.Proxy.WireTests.Telemetry;

/// <summary>Reads protocol buffers without a schema: the fields of a message, in order (protobuf.dev, "Encoding").</summary>
internal sealed class ProtoMessage(ReadOnlyMemory<byte> bytes)
{
    private readonly List<(int Number, ReadOnlyMemory<byte> Value)> fields = [.. Read(bytes)];

    public string Text(int number) => Encoding.UTF8.GetString(First(number).Span);

    public string Hex(int number) => Convert.ToHexStringLower(First(number).Span);

    public long Number(int number) => First(number) is { Length: 8 } value ? BinaryPrimitives.ReadInt64LittleEndian(value.Span) : 0;

    public bool Has(int number) => fields.Any(field => field.Number == number);

    public IEnumerable<ProtoMessage> All(params int[] path) => path is [var only]
        ? fields.Where(field => field.Number == only).Select(field => new ProtoMessage(field.Value))
        : All(path[0]).SelectMany(inner => inner.All(path[1..]));

    /// <summary>OpenTelemetry's <c>KeyValue</c>s under this number, by key; a number is written as text.</summary>
    public SortedDictionary<string, string> Attributes(int number) => new(
        All(number).ToDictionary(pair => pair.Text(1), pair => pair.All(2).Single() is var value && value.Has(3) ? value.Number(3).ToString(CultureInfo.InvariantCulture) : value.Text(1)), StringComparer.Ordinal);

    private ReadOnlyMemory<byte> First(int number) => fields.FirstOrDefault(field => field.Number == number).Value;

    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Value)> Read(ReadOnlyMemory<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            var tag = Varint(ref rest);
            var length = (tag & 7) switch
            {
                0 => -1,
                1 => 8,
                2 => (int)Varint(ref rest),
                5 => 4,
                var type => throw new InvalidDataException($"wire type {type}"),
            };
            ReadOnlyMemory<byte> value;
            if (length < 0) value = BitConverter.GetBytes(Varint(ref rest));
            else (value, rest) = (rest[..length], rest[length..]);
            yield return ((int)(tag >> 3), value);
        }
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> rest)
    {
        var value = 0UL;
        for (var i = 0; ; i++)
        {
            value |= (ulong)(rest.Span[i] & 0x7F) << (7 * i);
            if (rest.Span[i] >= 0x80) continue;
            rest = rest[(i + 1)..];
            return value;
        }
    }
}
