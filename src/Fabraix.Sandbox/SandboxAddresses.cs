namespace Fabraix.Sandbox;

/// <summary>
/// Where everything listens, as origins without a trailing slash. Port 0 is known only after the bind and the parts name each
/// other, so the addresses fill up during the start and are read when a request needs them.
/// </summary>
internal sealed class SandboxAddresses
{
    public string Proxy { get; set; } = "";

    public string Management { get; set; } = "";

    public string Upstream { get; set; } = "";

    public string Admin { get; set; } = "";

    public string Issuer { get; set; } = "";

    public string Page { get; set; } = "";

    /// <summary>Another site, not only another port: the page is on localhost, this one on 127.0.0.1.</summary>
    public string Foreign { get; set; } = "";
}
