using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Redis;

/// <summary>The password of the shared Redis, read again and again. A new one makes a new connection.</summary>
internal sealed class RedisPassword(SecretReference reference, SecretReader reader, ILogger<RedisPassword> log)
    : HeldSecret("RateLimits:StorePassword", reference, reader, log)
{
    private const int Longest = 512;

    private string? _value;

    /// <summary>For the connection alone; null while it was never read.</summary>
    internal string? Value => Volatile.Read(ref _value);

    protected override string? Take(SecretContent content)
    {
        // One newline at the end is an editor's, or echo's.
        var text = content.Reveal();
        var password = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        if (password.Length is 0 or > Longest || password.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return $"it is not 1 to {Longest} visible ASCII characters";
        if (password != _value)
            Volatile.Write(ref _value, password);
        return null;
    }
}
