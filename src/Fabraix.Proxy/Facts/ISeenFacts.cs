namespace Fabraix.Proxy.Facts;

/// <summary>What may happen once, such as the use of a proof: at this replica, or with a Redis at all of them together.</summary>
internal interface ISeenFacts
{
    /// <summary>Notes a fact that must be new, for a holder who has room for it.</summary>
    ValueTask<FactOutcome> TryAddAsync(Fact fact, DateTimeOffset until, string holder);
}
