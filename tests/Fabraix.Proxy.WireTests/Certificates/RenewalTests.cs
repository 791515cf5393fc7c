using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fabraix.Proxy.Telemetry;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Certificates;

/// <summary>A renewed certificate is served without a restart, without closing a connection and without failing a handshake. The client trusts the root alone, so the chain comes with it.</summary>
public sealed class RenewalTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serves_what_a_mounted_secret_brings_with_its_chain()
    {
        await using var served = await Served.StartAsync();
        Assert.Equal(served.First.Serial, await served.SerialAsync());
        var next = served.Authority.Issue(to: new DateTimeOffset(2096, 5, 4, 3, 2, 1, TimeSpan.Zero));

        await served.Volume.UpdateAsync(next.Files);

        await served.UntilServedAsync(next);
        Assert.Equal([$"The certificate Public has changed and is in use. It expires 2096-05-04 03:02:01Z; serial number {next.Serial}."], await served.ToldAsync(EventIds.CertificateTaken));
        Assert.Equal("""{"status":"ready","degraded":[]}""", await served.ReadinessAsync());
    }

    [Theory]
    [InlineData("tls.crt", "tls.key")]
    [InlineData("tls.key", "tls.crt")]
    public async Task Serves_what_is_written_in_place_one_file_after_the_other(string first, string second)
    {
        var folder = Directory.CreateTempSubdirectory("fabraix-tls-");
        using var authority = new TestAuthority();
        var (before, next) = (authority.Issue(), authority.Issue());
        foreach (var (name, text) in before.Files) await File.WriteAllTextAsync(PathOf(name), text, Stop);
        await using var served = await Served.StartAsync(setup =>
        {
            setup.Settings["Kestrel:Endpoints:Public:Certificate:Path"] = PathOf("tls.crt");
            setup.Settings["Kestrel:Endpoints:Public:Certificate:KeyPath"] = PathOf("tls.key");
        });

        await File.WriteAllTextAsync(PathOf(first), next.Files[first], Stop);
        await served.ToldAsync(EventIds.CertificateRefused);
        Assert.Equal(before.Serial, await authority.ServedAsync(served.Proxy.Address));
        await File.WriteAllTextAsync(PathOf(second), next.Files[second], Stop);

        await Bounds.UntilAsync(async () => await authority.ServedAsync(served.Proxy.Address) == next.Serial, "the new certificate");
        folder.Delete(recursive: true);

        string PathOf(string name) => Path.Combine(folder.FullName, name);
    }

    [Fact]
    public async Task Serves_a_file_that_is_put_in_place_of_another_under_a_password()
    {
        const string Password = "plainly-fake";
        var folder = Directory.CreateTempSubdirectory("fabraix-tls-");
        using var authority = new TestAuthority();
        var (first, next) = (authority.Issue(), authority.Issue(bits: 2048));
        var path = Path.Combine(folder.FullName, "server.pfx");
        await File.WriteAllBytesAsync(path, Pkcs12(first), Stop);
        await using var served = await Served.StartAsync(setup =>
        {
            setup.Settings["Kestrel:Endpoints:Public:Certificate:Path"] = path;
            setup.Settings["Kestrel:Endpoints:Public:Certificate:KeyPath"] = null;
            setup.Settings["Kestrel:Endpoints:Public:Certificate:Password"] = Password;
        });

        Assert.Equal(first.Serial, await authority.ServedAsync(served.Proxy.Address));
        await File.WriteAllBytesAsync(path + ".new", Pkcs12(next), Stop);
        File.Move(path + ".new", path, overwrite: true);

        await Bounds.UntilAsync(async () => await authority.ServedAsync(served.Proxy.Address) == next.Serial, "the new certificate");
        folder.Delete(recursive: true);

        static byte[] Pkcs12(MadeCertificate made)
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(made.Chain);
            using var leaf = X509Certificate2.CreateFromPem(made.Chain, made.Key);
            all[0] = leaf;
            return all.Export(X509ContentType.Pkcs12, Password)!;
        }
    }

    [Fact]
    public async Task Serves_a_key_under_a_password()
    {
        const string Password = "plainly-fake";
        await using var served = await Served.StartAsync(setup => setup.Settings["Kestrel:Endpoints:Public:Certificate:Password"] = Password, authority => Encrypted(authority.Issue()));
        var next = served.Authority.Issue();

        await served.Volume.UpdateAsync(next.Files);
        await served.ToldAsync(EventIds.CertificateRefused);
        await served.Volume.UpdateAsync(Encrypted(next).Files);

        await served.UntilServedAsync(next);

        static MadeCertificate Encrypted(MadeCertificate made)
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(made.Key);
            return made with { Key = key.ExportEncryptedPkcs8PrivateKeyPem(Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)) };
        }
    }

    [Fact]
    public async Task Serves_the_renewed_default_where_an_endpoint_has_none_of_its_own()
    {
        await using var served = await Served.StartAsync(setup =>
        {
            foreach (var part in (string[])["Path", "KeyPath"])
            {
                setup.Settings[$"Kestrel:Certificates:Default:{part}"] = setup.Settings[$"Kestrel:Endpoints:Public:Certificate:{part}"];
                setup.Settings[$"Kestrel:Endpoints:Public:Certificate:{part}"] = null;
            }
        });
        var next = served.Authority.Issue();

        await served.Volume.UpdateAsync(next.Files);

        await served.UntilServedAsync(next);
    }

    [Fact]
    public async Task Serves_the_renewed_default_where_only_addresses_are_given()
    {
        await using var served = await Served.StartAsync(setup =>
        {
            setup.Settings["Kestrel:Certificates:Default:Path"] = setup.Settings["Kestrel:Endpoints:Public:Certificate:Path"];
            setup.Settings["Kestrel:Certificates:Default:KeyPath"] = setup.Settings["Kestrel:Endpoints:Public:Certificate:KeyPath"];
            foreach (var key in setup.Settings.Keys.Where(key => key.StartsWith("Kestrel:Endpoints", StringComparison.Ordinal)).ToList()) setup.Settings.Remove(key);
            setup.Urls = "https://127.0.0.1:0";
        });
        var next = served.Authority.Issue();

        await served.Volume.UpdateAsync(next.Files);

        await served.UntilServedAsync(next);
    }

    [Fact]
    public async Task Lets_open_connections_go_on()
    {
        await using var served = await Served.StartAsync();
        var proxy = served.Proxy;
        await using var one = await proxy.ConnectAsync();
        await using var two = await RawHttp2.ConnectAsync(proxy.Address);
        KeyValuePair<string, string>[] head =
        [
            new(":method", "POST"), new(":scheme", "https"), new(":authority", proxy.Address.Authority), new(":path", "/v1/check"),
            new("authorization", $"Bearer {proxy.Issuer.Mint()}"), new("content-type", "application/json"),
        ];
        Assert.Equal(200, (await one.AskAsync(proxy.Post().ToString())).Status);
        Assert.Equal(200, (await two.AskAsync(head)).Whole.Status);
        var next = served.Authority.Issue();

        await served.Volume.UpdateAsync(next.Files);
        await served.UntilServedAsync(next);

        Assert.Equal(200, (await one.AskAsync(proxy.Post().ToString())).Status);
        Assert.Equal(200, (await two.AskAsync(head)).Whole.Status);
    }

    [Fact]
    public async Task Fails_no_handshake_during_ten_renewals()
    {
        await using var served = await Served.StartAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        HashSet<string> seen = [];
        var shaking = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                while (!end.IsCancellationRequested)
                {
                    var serial = await served.SerialAsync();
                    lock (seen) seen.Add(serial);
                }
            },
            Stop)));

        for (var i = 0; i < 10; i++)
        {
            var next = served.Authority.Issue();
            await served.Volume.UpdateAsync(next.Files);
            await served.UntilServedAsync(next);
            await Bounds.UntilAsync(() => Has(next.Serial) || shaking.IsFaulted, "a handshake with it");
        }

        await end.CancelAsync();
        await shaking;
        Assert.Equal(11, seen.Count);
        Assert.Empty(served.Told(EventIds.CertificateRefused));

        bool Has(string serial)
        {
            lock (seen) return seen.Contains(serial);
        }
    }
}
