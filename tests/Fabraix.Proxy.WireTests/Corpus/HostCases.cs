using static Fabraix.Proxy.WireTests.Corpus.RawCase;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>Host (RFC 9110 section 7.2): exactly one, well-formed.</summary>
internal static class HostCases
{
    private static readonly string[] Malformed =
        ["a b", "a/b", "a?b", "a#b", "user@host", "a,b", "a:b", "a:1:2", "host:80:80", "a\\b", "[::1", "::1]", "a;b", "<a>", "a%zz b", "host\u0001", "h\u00f6st"];

    public static IEnumerable<RawCase> All =>
    [
        .. Malformed.Select(host => Bare($"host: [{Shown(host)}]", 400, c => c.Post().Instead("Host", host))),
        Bare("host: none", 400, c => c.Post().Without("Host")),
        Bare("host: twice, equal", 400, c => c.Post().With("Host", c.Host)),
        Bare("host: twice, different", 400, c => c.Post().With("Host", "evil.example")),
        Bare("host: twice, one on a folded line", 400, c => c.Post().Line("X: y\r\n Host: evil.example")),
        Bare("host: with a space before the colon", 400, c => c.Post().Without("Host").Line($"Host : {c.Host}")),
    ];
}
