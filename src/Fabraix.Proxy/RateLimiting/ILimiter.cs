namespace Fabraix.Proxy.RateLimiting;

/// <summary>Counts requests and says which may go on. One request is judged in all of its windows at once, and counted in all of them or in none.</summary>
internal interface ILimiter
{
    /// <summary>Asks for an address alone, while nobody knows who calls.</summary>
    LimitAnswer AskAddress(UInt128 address);

    /// <summary>Asks for one request.</summary>
    ValueTask<LimitAnswer> AskAsync(LimitQuestion question);

    /// <summary>Gives the key's quota back for a request that never went upstream. The user's windows keep it.</summary>
    void Return(LimitQuestion question, LimitAnswer answer);

    /// <summary>Counts a request in the key's windows from now on: it was long under way to here, and the upstream will see it only now.</summary>
    void Renew(LimitQuestion question, LimitAnswer answer);

    /// <summary>Takes note that a request of this address ended without having been asked for.</summary>
    void EndEarly(UInt128 address);

    /// <summary>Takes the upstream's word for how much of a key's quota is left.</summary>
    /// <param name="key">The key's configured name.</param>
    /// <param name="remaining">Requests.</param>
    /// <param name="refused">Whether it said so with a 429.</param>
    /// <param name="reset">Until when that holds, from now on.</param>
    void Learn(string key, int remaining, bool refused, TimeSpan reset);

    /// <summary>Requests within each of the plan's shared windows, as far as this replica knows.</summary>
    int UsedOf(int shared);
}
