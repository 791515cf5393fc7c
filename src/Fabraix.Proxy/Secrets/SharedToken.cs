namespace Fabraix.Proxy.Secrets;

/// <summary>Keeps the token that a store's readings share: the first that needs a new one gets it, the others wait for that.</summary>
internal sealed class SharedToken(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private StoreToken? _held;

    /// <summary>The held token where it is good and not due, else a new one; and where there is none, the held one as long as it lives.</summary>
    /// <param name="isGood">Whether a token that has not ended is of use still.</param>
    /// <param name="obtain">Gets a new one, or more time for the given one, which is null where that is of no use.</param>
    /// <param name="cancellation">Ends waiting and getting.</param>
    /// <exception cref="NoIdentityException">There is none.</exception>
    public async Task<StoreToken> GetAsync(
        Func<StoreToken, bool> isGood, Func<StoreToken?, CancellationToken, Task<StoreToken>> obtain, CancellationToken cancellation)
    {
        if (Held(isGood) is { } held && !IsDue(held))
            return held;
        await _turn.WaitAsync(cancellation);
        try
        {
            return Held(isGood) is { } last ? IsDue(last) ? await RenewAsync(last, obtain, cancellation) : last : await SetAsync(obtain(null, cancellation));
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private StoreToken? Held(Func<StoreToken, bool> isGood) => Volatile.Read(ref _held) is { } held && held.Expires > time.GetUtcNow() && isGood(held) ? held : null;

    private bool IsDue(StoreToken token) => token.RenewFrom <= time.GetUtcNow();

    private async Task<StoreToken> RenewAsync(StoreToken last, Func<StoreToken?, CancellationToken, Task<StoreToken>> obtain, CancellationToken cancellation)
    {
        try
        {
            return await SetAsync(obtain(last, cancellation));
        }
        catch (NoIdentityException)
        {
            return last; // Good until it ends; whoever comes next tries again.
        }
    }

    private async Task<StoreToken> SetAsync(Task<StoreToken> getting)
    {
        var token = await getting;
        Volatile.Write(ref _held, token);
        return token;
    }
}
