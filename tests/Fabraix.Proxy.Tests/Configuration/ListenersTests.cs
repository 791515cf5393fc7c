using System.Security.Cryptography;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Edge;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Configuration;

/// <summary>What serve would refuse at its start, check says before.</summary>
public sealed class ListenersTests
{
    private const string Management = "Fabraix:Management:Url";

    [Theory]
    [InlineData("http://localhost:9000", "http://localhost:9000")]
    [InlineData("http://localhost:9000", "http://127.0.0.1:9000")]
    [InlineData("http://[::1]:9000", "http://localhost:9000")]
    [InlineData("http://*:9000", "http://localhost:9000")]
    [InlineData("http://+:9000", "http://+:9000")]
    [InlineData("http://10.0.0.1:9000", "http://0.0.0.0:9000")]
    [InlineData("http://localhost:8000;https://localhost:9000", "http://localhost:9000")]
    public void Refuses_one_port_for_both_listeners(string urls, string management) =>
        Assert.Equal(Management, Assert.Single(Read(Sample.With(Management, $"\"{management}\""), urls).Mistakes).Path);

    [Theory]
    [InlineData("http://localhost:9000", "http://localhost:9001")]
    [InlineData("http://10.0.0.1:9000", "http://localhost:9000")]
    [InlineData("http://127.0.0.1:0", "http://127.0.0.1:0")]
    [InlineData("http://unix:/run/proxy.sock", "http://localhost:8081")]
    [InlineData("https://+:8443", "http://+:8081")]
    public void Takes_addresses_that_do_not_collide(string urls, string management) =>
        Assert.Empty(Sample.Shown(Read(Sample.With(Management, $"\"{management}\""), urls).Mistakes));

    [Theory]
    [InlineData("http://localhost:9000/x")]
    [InlineData("ftp://localhost:9000")]
    [InlineData("localhost:9000")]
    [InlineData("http://*:port")]
    [InlineData("http://proxy.example:9000")]
    [InlineData("http://127.0.0.1:1808l")]
    [InlineData("http://127.0.0.1:x")]
    [InlineData("http://127.1:8080")]
    [InlineData("http://0x7f000001:8080")]
    [InlineData("http://2130706433:8080")]
    public void Refuses_what_is_no_address_to_listen_on_by_who_said_it(string url)
    {
        var mistake = Assert.Single(Read(Sample.Good, url).Mistakes);

        Assert.Equal(("--urls", "is not an address to listen on."), (mistake.Path, mistake.Wrong));
        Assert.Contains("http://localhost:8080", mistake.Set, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_a_list_as_the_server_is_given_it() =>
        Assert.Equal(["http://localhost:8000", "https://+:8443"], ListenAddress.Split(" http://localhost:8000; https://+:8443 ;"));

    /// <summary>Kestrel would listen on every interface for each of these.</summary>
    [Theory]
    [InlineData("http://127.0.0.1:1808l")]
    [InlineData("http://management.internal.example:8081")]
    [InlineData("https://localhost:8081")]
    [InlineData("http://unix:/run/management.sock")]
    public void Refuses_a_management_address_that_opens_more_than_it_says(string url) =>
        Assert.Equal(Management, Assert.Single(Read(Sample.With(Management, $"\"{url}\""), "http://localhost:8080").Mistakes).Path);

    [Fact]
    public void Looks_at_Kestrels_endpoints_where_there_are_any()
    {
        var reading = Read(Sample.With("Kestrel:Endpoints", """{"A": {"Url": "https://*:8081"}, "B": {"Protocols": "Http1"}}"""), "http://localhost:1/ignored");

        Assert.Equal([Management, "Kestrel:Endpoints:B:Url"], reading.Mistakes.Select(mistake => mistake.Path));
    }

    [Theory]
    [InlineData("Kestrel:Certificates:Default:Path")]
    [InlineData("Kestrel:Certificates:Default:KeyPath")]
    [InlineData("Kestrel:Certificates:Other:Path")]
    public void Refuses_a_certificate_whose_file_is_not_there(string at) =>
        Assert.Equal((at, "names a file that does not exist."), OnlyMistake(Sample.With(at, "\"/nowhere/cert.pem\"")));

    [Theory]
    [InlineData("Kestrel:Endpoints:A:Certificate:Path")]
    [InlineData("Kestrel:Endpoints:A:Certificate:KeyPath")]
    [InlineData("Kestrel:Endpoints:A:Sni:example:Certificate:Path")]
    public void Refuses_an_endpoints_certificate_whose_file_is_not_there(string at) =>
        Assert.Equal((at, "names a file that does not exist."), OnlyMistake(Sample.With(at, "\"/nowhere/cert.pem\"", Sample.With("Kestrel:Endpoints:A:Url", "\"https://*:8443\""))));

    [Fact]
    public void Takes_a_certificate_that_can_be_served()
    {
        using var authority = new TestAuthority();

        var reading = ReadWith(authority.Issue());
        Assert.Empty(Sample.Shown(reading.Mistakes));
        Assert.Empty(Sample.Shown(reading.Warnings));
    }

    [Fact]
    public void Refuses_a_certificate_that_cannot_be_served()
    {
        using var authority = new TestAuthority();

        var mistake = Assert.Single(ReadWith(authority.Issue() with { Key = authority.Issue().Key }).Mistakes);
        Assert.Equal(("Kestrel:Certificates:Default", "cannot be served. The key's file does not hold this certificate's key."), (mistake.Path, mistake.Wrong));
        mistake = Assert.Single(ReadWith(authority.Issue() with { Key = Encrypted() }).Mistakes);
        Assert.Equal("cannot be served. The key is encrypted, and no Password is set.", mistake.Wrong);
        mistake = Assert.Single(ReadWith(authority.Issue(usage: "1.3.6.1.5.5.7.3.2")).Mistakes);
        Assert.Equal("cannot be served. The certificate is not for servers (its extended key usage does not name serverAuth).", mistake.Wrong);
    }

    /// <summary>It is served all the same, as it is when it expires later.</summary>
    [Fact]
    public void Warns_of_a_certificate_that_is_out_of_date()
    {
        using var authority = new TestAuthority();
        var past = new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero);

        var reading = ReadWith(authority.Issue(from: past.AddDays(-1), to: past));
        Assert.Empty(Sample.Shown(reading.Mistakes));
        Assert.Equal("The certificate expired at 2025-01-02 03:04:05Z.", Assert.Single(reading.Warnings).Wrong);
    }

    [Theory]
    [InlineData("https://*:8443", """{}""", "--urls")]
    [InlineData("http://*:1", """{"Endpoints": {"A": {"Url": "https://*:8443"}}}""", "Kestrel:Endpoints:A:Url")]
    public void Refuses_https_without_a_certificate(string urls, string kestrel, string path)
    {
        var mistake = Assert.Single(Read(Sample.With("Kestrel", kestrel), urls, developers: false).Mistakes);
        Assert.Equal((path, "is https, and no certificate is configured."), (mistake.Path, mistake.Wrong));
        Assert.Equal(path, Assert.Single(Read(Sample.With("Kestrel", kestrel), urls, developers: true).Warnings).Path);
    }

    [Theory]
    [InlineData("""{"Certificates": {"Default": {"Subject": "example"}}}""")]
    [InlineData("""{"Endpoints": {"A": {"Url": "https://*:8443", "Certificate": {"Subject": "example"}}}}""")]
    [InlineData("""{"Endpoints": {"A": {"Url": "https://*:8443", "Sni": {"example": {"Certificate": {"Subject": "example"}}}}}}""")]
    public void Takes_https_with_a_certificate_of_the_machines_store(string kestrel) =>
        Assert.Empty(Sample.Shown(Read(Sample.With("Kestrel", kestrel), "https://*:8443", developers: false).Mistakes));

    /// <summary>While it serves, a broken renewal must not stand in the way of another route.</summary>
    [Fact]
    public void Leaves_certificates_to_a_proxy_that_serves()
    {
        var json = Sample.With("Kestrel:Certificates:Default:Path", "\"/nowhere/cert.pem\"");

        Assert.Empty(Sample.Shown(ProxySettings.Read(Sample.Load(json), new Surroundings([], "https://*:8443", "--urls", Serves: true)).Mistakes));
    }

    /// <summary>explain may be asked on another machine, with other files.</summary>
    [Fact]
    public void Says_nothing_where_nothing_is_known_of_the_start() =>
        Sample.Accepted(Sample.With("Kestrel:Certificates:Default:Path", "\"/nowhere/cert.pem\"", Sample.With(Management, "\"http://localhost:8080\"")));

    private static string Encrypted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportEncryptedPkcs8PrivateKeyPem("a password", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000));
    }

    private static SettingsReading ReadWith(MadeCertificate certificate)
    {
        using var folder = new TemporaryFolder();
        return Read(Sample.With("Kestrel:Certificates:Default", $$"""{"Path": "{{folder.Write("tls.crt", certificate.Chain)}}", "KeyPath": "{{folder.Write("tls.key", certificate.Key)}}"}"""), "https://*:8443");
    }

    private static (string, string) OnlyMistake(string json)
    {
        var mistake = Assert.Single(Read(json, "http://localhost:8080").Mistakes);
        return (mistake.Path, mistake.Wrong);
    }

    private static SettingsReading Read(string json, string urls, bool developers = true) =>
        ProxySettings.Read(Sample.Load(json), new Surroundings([], urls, "--urls") { HasDevelopersCertificate = () => developers });
}
