using System.Net;
using System.Net.Sockets;

namespace Fabraix.Proxy.Edge;

/// <summary>What counts as one address: an IPv4 address, or an IPv6 /64, since that is what one subscriber is given (RFC 6177).</summary>
internal readonly record struct AddressKey(ulong High, ulong Low)
{
    /// <summary>The same as one number.</summary>
    public UInt128 Number => new(High, Low);

    public static AddressKey Of(IPAddress? address)
    {
        if (address is null)
            return default;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        var first = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? new AddressKey(first, 6) : new AddressKey(first, (ulong)written);
    }
}
