using System.Globalization;
using System.Net;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Tls;

namespace Fabraix.Proxy.Redis;

/// <summary>
/// Reads <c>redis:host:port[,host:port...][,option=value...]</c>. Options have the names that StackExchange.Redis gives them, but only some are taken: the
/// others weaken the proxy, or have no use in it. No message repeats what is set, which may hold a password by mistake.
/// </summary>
internal static class RedisText
{
    public const string Scheme = "redis:";

    private const string Example = "Set redis:host:port, such as redis:redis.example.com:6380,ssl=true (docs/redis.md).";

    private static readonly Dictionary<string, (Func<RedisOptions, string, RedisOptions?> Take, string Set)> Known = new(StringComparer.Ordinal)
    {
        ["ssl"] = (static (options, value) => bool.TryParse(value, out var on) ? options with { Ssl = on } : null, "true or false"),
        ["sslHost"] = (static (options, value) => IsHost(value) ? options with { SslHost = value } : null, "the host's name in the certificate"),
        ["caFile"] = (static (options, value) => new AuthorityFile(value) is var file && file.Load() ? options with { Authority = file } : null, "the path of a PEM file with one or more CA certificates"),
        ["user"] = (static (options, value) => IsVisible(value) ? options with { User = value } : null, "the name of an ACL user, in visible ASCII characters"),
        ["serviceName"] = (static (options, value) => IsVisible(value) ? options with { ServiceName = value } : null, "the name that the Sentinels know, in visible ASCII characters"),
        ["defaultDatabase"] = (static (options, value) => Number(value, 0, 1023) is { } number ? options with { Database = number } : null, "a number from 0 to 1023"),
        ["prefix"] = (static (options, value) => IsPrefix(value) ? options with { Prefix = value } : null, "1 to 64 of A-Z a-z 0-9 - . _"),
    };

    /// <summary>What a setting says, or null where it is a mistake, which is noted.</summary>
    public static RedisOptions? Read(SectionReader section, string key, string text)
    {
        var before = section.Findings.Mistakes.Count;
        if (text.StartsWith("redis://", StringComparison.Ordinal))
        {
            section.Mistake(key, "is a URL.", Example);
            return null;
        }

        var parts = text[Scheme.Length..].Split(',');
        var options = new RedisOptions { Hosts = [.. parts.Where(part => !part.Contains('=', StringComparison.Ordinal)).Select(Host).OfType<(string, int)>()] };
        if (options.Hosts.Count == 0 || options.Hosts.Count < parts.Count(part => !part.Contains('=', StringComparison.Ordinal)))
            section.Mistake(key, "has a host without a port, or something that is neither a host nor an option.", Example);

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pair in parts.Where(part => part.Contains('=', StringComparison.Ordinal)).Select(part => part.Split('=', 2)))
        {
            if (!seen.Add(pair[0]))
                section.Mistake(key, "has an option twice.", "Remove one.");
            else if (!Known.TryGetValue(pair[0], out var known))
                RefuseOption(section, key, pair[0]);
            else if (known.Take(options, pair[1]) is { } taken)
                options = taken;
            else
                section.Mistake(key, $"has an unusable {pair[0]}.", $"Set {pair[0]} to {known.Set}.");
        }

        Judge(section, key, options);
        return section.Findings.Mistakes.Count == before ? options : null;
    }

    private static void RefuseOption(SectionReader section, string key, string name)
    {
        if (name.Equals("password", StringComparison.OrdinalIgnoreCase))
            section.Mistake(key, "holds a password.", "Set StorePassword beside it to a reference such as file:/var/run/secrets/fabraix/redis-password, and change the password: it stood in a configuration.");
        else
            section.Mistake(key, "has an option that is not known.", NearestName.Of(name, Known.Keys) is { } nearest ? $"Did you mean {nearest}?" : $"Known here: {string.Join(", ", Known.Keys)}.");
    }

    private static void Judge(SectionReader section, string key, RedisOptions options)
    {
        if (!options.Ssl && (options.SslHost ?? (object?)options.Authority) is not null)
            section.Mistake(key, "has sslHost or caFile without ssl.", "Add ssl=true, or remove them.");
        else if (!options.Ssl && options.Hosts.Count > 0 && !options.IsLoopback)
            section.Warn(key, "is without TLS to another machine: whoever is on the way reads the password, forges what replicas tell each other and lifts limits.", "Add ssl=true.");
    }

    /// <summary><c>name:port</c>, <c>192.0.2.1:port</c> or <c>[2001:db8::1]:port</c>.</summary>
    private static (string, int)? Host(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || Number(text[(colon + 1)..], 1, 65535) is not { } port)
            return null;
        var host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']') && IPAddress.TryParse(host[1..^1], out _))
            return (host[1..^1], port);
        return IsHost(host) ? (host, port) : null;
    }

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    private static bool IsHost(string text) => text.Length is > 0 and <= 253 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');

    private static bool IsVisible(string text) => text.Length is > 0 and <= 256 && text.All(static c => c is > ' ' and < '\x7f');

    private static bool IsPrefix(string text) => text.Length is > 0 and <= 64 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
}
