using System.Collections.Frozen;

namespace Fabraix.Proxy.Tokens;

/// <summary>The keys of one good fetch.</summary>
/// <param name="Keys">By their kid, compared to the letter.</param>
/// <param name="Digest">SHA-256 of the document: the same document again gives the same keys, so that what they verified stays verified.</param>
/// <param name="FetchedAt">When the fetch began, by the clock that nobody sets.</param>
internal sealed record KeySet(FrozenDictionary<string, SigningKey> Keys, ReadOnlyMemory<byte> Digest, long FetchedAt);
