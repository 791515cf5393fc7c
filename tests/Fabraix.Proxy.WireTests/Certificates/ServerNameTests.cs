using Fabraix.Proxy.Telemetry;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Certificates;

/// <summary>An endpoint with a certificate for each host name (SNI) serves each as its own files hold it.</summary>
public sealed class ServerNameTests : IAsyncDisposable
{
    private static readonly string[] Hosts = ["a.example", "*.example", "*.b.example", "*"];

    private readonly TestAuthority authority = new();
    private readonly Dictionary<string, MountedVolume> volumes = [];

    [Theory]
    [InlineData("a.example", "a.example")]
    [InlineData("A.EXAMPLE", "a.example")]
    [InlineData("c.example", "*.example")]
    [InlineData("a.b.example", "*.b.example")]
    [InlineData("elsewhere.test", "*")]
    public async Task Is_renewed_where_its_entry_is(string host, string entry)
    {
        var before = Mount(host);
        await using var proxy = await StartAsync(Hosts);
        Assert.Equal(before[entry].Serial, await authority.ServedAsync(proxy.Address, host));
        var next = authority.Issue(host);

        await volumes[entry].UpdateAsync(next.Files);

        await Bounds.UntilAsync(async () => await authority.ServedAsync(proxy.Address, host) == next.Serial, "the new certificate");
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id == EventIds.CertificateTaken), "the word of it");
        Assert.Contains($"The certificate Public:Sni:{entry} has changed", Assert.Single(proxy.Logs.Lines, line => line.Id == EventIds.CertificateTaken).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_not_renewed_by_anothers_files()
    {
        var before = Mount("a.example");
        await using var proxy = await StartAsync(Hosts);

        foreach (var other in Hosts.Skip(1)) await volumes[other].UpdateAsync(authority.Issue("a.example").Files);

        await Bounds.UntilAsync(() => proxy.Logs.Lines.Count(line => line.Id == EventIds.CertificateTaken) == 3, "the other three");
        Assert.Equal(before["a.example"].Serial, await authority.ServedAsync(proxy.Address, "a.example"));
    }

    [Fact]
    public async Task Is_still_refused_to_a_name_without_an_entry()
    {
        Mount("a.example");
        await using var proxy = await StartAsync("a.example");
        await volumes["a.example"].UpdateAsync(authority.Issue("a.example").Files);
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id == EventIds.CertificateTaken), "the new certificate");

        await Assert.ThrowsAnyAsync<Exception>(() => authority.ServedAsync(proxy.Address, "other.example"));
    }

    public ValueTask DisposeAsync()
    {
        foreach (var volume in volumes.Values) volume.Dispose();
        authority.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Each entry has a certificate of its own, all for the name that is asked for.</summary>
    private Dictionary<string, MadeCertificate> Mount(string host)
    {
        var made = Hosts.ToDictionary(entry => entry, _ => authority.Issue(host));
        foreach (var (entry, certificate) in made) volumes[entry] = new MountedVolume(certificate.Files);
        return made;
    }

    private Task<ProxyUnderTest> StartAsync(params string[] entries) => ProxyUnderTest.StartAsync(setup =>
    {
        setup.Settings["Kestrel:Endpoints:Public:Url"] = "https://127.0.0.1:0";
        foreach (var entry in entries)
        {
            setup.Settings[$"Kestrel:Endpoints:Public:Sni:{entry}:Certificate:Path"] = volumes[entry].PathOf("tls.crt");
            setup.Settings[$"Kestrel:Endpoints:Public:Sni:{entry}:Certificate:KeyPath"] = volumes[entry].PathOf("tls.key");
        }
    });
}
