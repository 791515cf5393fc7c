using System.Text.Json;

namespace Fabraix.Proxy.Secrets.Vault;

/// <summary>
/// Keeps a token of Vault: logs in, or takes the given one, and renews it at two thirds of its time though nobody reads
/// (https://developer.hashicorp.com/vault/docs/concepts/lease). Where renewing fails, or brings no more time, it logs in again.
/// </summary>
internal sealed class VaultSession : IDisposable
{
    private static readonly TimeSpan Granularity = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    private readonly StoreContext _context;
    private readonly VaultClient _vault;
    private readonly SharedToken _token;
    private readonly ITimer _renewal;

    public VaultSession(StoreContext context, VaultClient vault)
    {
        (_context, _vault, _token) = (context, vault, new SharedToken(context.Time));
        _renewal = context.Time.CreateTimer(_ => _ = RenewAsync(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="refused">What Vault has just refused, or null.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="NoIdentityException">There is no token.</exception>
    public async Task<StoreToken> GetAsync(StoreToken? refused, CancellationToken cancellation)
    {
        var identity = VaultIdentity.Of(_context);
        var given = identity.Token is null ? null : await identity.Token(cancellation);

        // A given token is the operator's to replace: the one in use is good as long as it is the one that is given.
        var token = await _token.GetAsync(
            held => given is null ? held != refused : held.Value == given,
            (last, end) => ObtainAsync(identity, given, last, end),
            cancellation);
        Schedule(token);
        return token;
    }

    public void Dispose()
    {
        _renewal.Dispose();
        _token.Dispose();
    }

    private void Schedule(StoreToken token)
    {
        var wait = token.RenewFrom - _context.Time.GetUtcNow();
        _renewal.Change(wait <= TimeSpan.Zero ? Again : wait < LongestSleep ? wait : LongestSleep, Timeout.InfiniteTimeSpan);
    }

    private async Task RenewAsync()
    {
        using var limit = new CancellationTokenSource(SecretReader.Longest, _context.Time);
        try
        {
            await GetAsync(refused: null, limit.Token);
        }
        catch (ObjectDisposedException)
        {
            // The proxy stops.
        }
        catch (Exception)
        {
            // A file that is being replaced, a Vault that hangs, an answer that is none. Readings say what is wrong; nobody may read before the token ends.
            _renewal.Change(Again, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task<StoreToken> ObtainAsync(VaultIdentity identity, string? given, StoreToken? last, CancellationToken cancellation)
    {
        if (last is { IsRenewable: true })
        {
            var answer = await _vault.SendAsync(HttpMethod.Post, "auth/token/renew-self", last.Value, JsonBody.Content(static _ => { }), cancellation);

            // A token that has reached its greatest age is granted no more time: only a login brings a new one.
            if (answer.Status == 200 && answer.ReadIdentity(Granted) is var renewed && (given is not null || renewed.Expires > last.Expires + Granularity))
                return renewed;
        }

        return given is null ? await LogInAsync(identity, cancellation) : await LookUpAsync(given, cancellation);
    }

    private async Task<StoreToken> LogInAsync(VaultIdentity identity, CancellationToken cancellation)
    {
        var credentials = await identity.Login!(cancellation);
        var body = JsonBody.Content(json =>
        {
            foreach (var (name, value) in credentials)
                json.WriteString(name, value);
        });
        return (await _vault.SendAsync(HttpMethod.Post, identity.LoginPath!, token: null, body, cancellation)).ReadIdentity(Granted);
    }

    /// <summary>Asks for a given token's time. Where Vault does not tell, the token is used all the same: reading shows what it is worth.</summary>
    private async Task<StoreToken> LookUpAsync(string given, CancellationToken cancellation)
    {
        var answer = await _vault.SendAsync(HttpMethod.Get, "auth/token/lookup-self", given, body: null, cancellation);
        return answer.Status != 200
            ? new StoreToken(given, _context.Time.GetUtcNow() + LookAgain, DateTimeOffset.MaxValue)
            : answer.ReadIdentity(json => Leased(given, json.GetProperty("data"), "ttl"));
    }

    private StoreToken Granted(JsonElement json)
    {
        var auth = json.GetProperty("auth");
        return Leased(auth.GetProperty("client_token").GetString()!, auth, "lease_duration");
    }

    private StoreToken Leased(string value, JsonElement json, string lease)
    {
        var (now, lasts) = (_context.Time.GetUtcNow(), TimeSpan.FromSeconds(json.GetProperty(lease).GetInt64()));
        return lasts == TimeSpan.Zero // A root token, or one whose time another counts.
            ? new StoreToken(value, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue)
            : new StoreToken(value, now + (lasts * 2 / 3), now + lasts) { IsRenewable = json.GetProperty("renewable").GetBoolean() };
    }
}
