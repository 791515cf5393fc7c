namespace Fabraix.Proxy.Edge;

/// <summary>Which certificate an endpoint serves a host name with, by Kestrel's rules: the exact name, else the longest that begins with "*.", else "*". Where no entry is, one for all.</summary>
internal sealed class EndpointCertificates
{
    private readonly ServedCertificate? _forAll;
    private readonly Dictionary<string, ServedCertificate?> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Suffix, ServedCertificate? Certificate)> _suffixes = [];

    public EndpointCertificates(ServedCertificate? own, IEnumerable<(string Host, ServedCertificate? Certificate)> sni)
    {
        _forAll = own;
        foreach (var (host, certificate) in sni)
        {
            if (host == "*")
                _forAll = certificate;
            else if (host.StartsWith("*.", StringComparison.Ordinal))
                _suffixes.Add((host[1..], certificate));
            else
                _exact[host] = certificate;
        }

        _suffixes.Sort(static (one, other) => other.Suffix.Length.CompareTo(one.Suffix.Length));
    }

    /// <summary>Null where it is none that is followed. A name that no entry is for does not come so far: Kestrel refuses it.</summary>
    public ServedCertificate? For(string host)
    {
        if (_exact.TryGetValue(host, out var exact))
            return exact;
        foreach (var (suffix, certificate) in _suffixes)
        {
            if (host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return certificate;
        }

        return _forAll;
    }
}
