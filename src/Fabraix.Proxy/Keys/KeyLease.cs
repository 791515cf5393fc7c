namespace Fabraix.Proxy.Keys;

/// <summary>The version that one request carries, and the key that it is a version of.</summary>
internal sealed record KeyLease(KeySlot Slot, KeyVersion Version);
