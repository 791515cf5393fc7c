using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Fabraix.TestKit.Stores;

/// <summary>Tokens that a fake handed out: who holds them, and for how long they are good.</summary>
internal sealed class TokenBook(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string Identity, DateTimeOffset Expires)> tokens = new(StringComparer.Ordinal);

    public string Issue(string identity, TimeSpan lifetime, string prefix = "")
    {
        var token = prefix + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 64);
        Capture.Process.AddSecret($"token of {identity}", Encoding.ASCII.GetBytes(token));
        tokens[token] = (identity, time.GetUtcNow() + lifetime);
        return token;
    }

    /// <summary>Who holds the token, or null when it is unknown, revoked or too old.</summary>
    public string? Holder(string? token) =>
        token is not null && tokens.TryGetValue(token, out var entry) && time.GetUtcNow() < entry.Expires ? entry.Identity : null;

    public TimeSpan Left(string token) => tokens.TryGetValue(token, out var entry) ? entry.Expires - time.GetUtcNow() : TimeSpan.Zero;

    public bool Renew(string token, TimeSpan lifetime)
    {
        if (Holder(token) is not { } identity) return false;
        tokens[token] = (identity, time.GetUtcNow() + lifetime);
        return true;
    }

    /// <summary>Makes every token worthless that was handed out so far.</summary>
    public void RevokeAll() => tokens.Clear();
}
