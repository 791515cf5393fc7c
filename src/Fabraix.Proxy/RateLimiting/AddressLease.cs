namespace Fabraix.Proxy.RateLimiting;

/// <summary>One request of a limited address. Where it ends before <see cref="UserLimitStep"/> has counted the address with everything else, that is made up for.</summary>
internal sealed class AddressLease(ILimiter limiter, UInt128 address) : IDisposable
{
    private bool _counted;

    public UInt128 Address => address;

    /// <summary>The address is counted, together with the rest.</summary>
    public void Count() => _counted = true;

    public void Dispose()
    {
        if (!_counted)
            limiter.EndEarly(address);
    }
}
