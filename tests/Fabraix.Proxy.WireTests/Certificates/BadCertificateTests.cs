using System.Diagnostics;
using Fabraix.Proxy.Telemetry;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Certificates;

/// <summary>What cannot be served changes nothing: the certificate before stays, and log and readiness say why.</summary>
public sealed class BadCertificateTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static readonly Dictionary<string, (Func<TestAuthority, MadeCertificate, MadeCertificate> Spoil, string Reason)> Cases = new()
    {
        ["garbage"] = ((_, made) => made with { Chain = "garbage" }, "The certificate's file holds no certificate."),
        ["garbage within"] = ((_, made) => made with { Chain = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" }, "The certificate's file holds no certificate."),
        ["nothing"] = ((_, made) => made with { Chain = "" }, "The certificate's file is empty."),
        ["too much"] = ((_, made) => made with { Chain = made.Chain + new string('\n', 1024 * 1024) }, "The certificate's file is too large (over 1 MiB)."),
        ["half a certificate"] = ((_, made) => made with { Chain = made.Chain[..200] }, "The certificate's file breaks off."),
        ["half a chain"] = ((_, made) => made with { Chain = made.Chain[..^60] }, "The certificate's file breaks off."),
        ["another's key"] = ((authority, made) => made with { Key = authority.Issue().Key }, "The key's file does not hold this certificate's key."),
        ["another's key of another kind"] = ((authority, made) => made with { Key = authority.Issue(bits: 2048).Key }, "The key's file does not hold this certificate's key."),
        ["half a key"] = ((_, made) => made with { Key = made.Key[..60] }, "The key's file does not hold this certificate's key."),
        ["no key"] = ((_, made) => made with { Key = made.Chain }, "The key's file holds no private key."),
        ["an empty key"] = ((_, made) => made with { Key = "" }, "The key's file is empty."),
        ["expired"] = ((authority, _) => authority.Issue(from: new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero), to: new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero)), "The certificate expired at 2025-01-02 03:04:05Z."),
        ["not valid yet"] = ((authority, _) => authority.Issue(from: Now.AddDays(1)), "The certificate is not valid before "),
        ["for clients"] = ((authority, _) => authority.Issue(usage: "1.3.6.1.5.5.7.3.2"), "The certificate is not for servers (its extended key usage does not name serverAuth)."),
        ["too weak for TLS"] = ((authority, _) => authority.Issue(bits: 512), "No handshake succeeds with the certificate and its key."),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Is_named_and_not_served(string name)
    {
        await using var served = await Served.StartAsync();
        var (spoil, reason) = Cases[name];

        await served.Volume.UpdateAsync(spoil(served.Authority, served.Authority.Issue()).Files);

        var told = Assert.Single(await served.ToldAsync(EventIds.CertificateRefused));
        Assert.StartsWith($"The certificate Public is not taken from its files; the one before stays in use. {reason}", told, StringComparison.Ordinal);
        Assert.Equal(served.First.Serial, await served.SerialAsync());
        var readiness = await served.ReadinessAsync();
        Assert.Contains("\"status\":\"degraded\"", readiness, StringComparison.Ordinal);
        Assert.Contains("certificate Public: what its files hold is not taken: ", readiness, StringComparison.Ordinal);

        var next = served.Authority.Issue();
        await served.Volume.UpdateAsync(next.Files);
        await served.UntilServedAsync(next);
        Assert.Equal("""{"status":"ready","degraded":[]}""", await served.ReadinessAsync());
    }

    [Theory]
    [InlineData("tls.crt", "The certificate's file does not exist.")]
    [InlineData("tls.key", "The key's file does not exist.")]
    public async Task Is_a_file_that_is_gone(string gone, string reason)
    {
        await using var served = await Served.StartAsync();
        var left = served.First.Files;
        left.Remove(gone);

        await served.Volume.UpdateAsync(left);

        Assert.EndsWith(reason, Assert.Single(await served.ToldAsync(EventIds.CertificateRefused)), StringComparison.Ordinal);
        Assert.Equal(served.First.Serial, await served.SerialAsync());
        await served.Volume.UpdateAsync(served.First.Files);
        await served.ToldAsync(EventIds.CertificateWithdrawn);
        Assert.Empty(served.Told(EventIds.CertificateTaken));
        Assert.Equal("""{"status":"ready","degraded":[]}""", await served.ReadinessAsync());
    }

    [Fact]
    public async Task Is_a_file_that_blocks()
    {
        await using var served = await Served.StartAsync();
        var key = served.Volume.PathOf("tls.key");
        File.Delete(key);
        using (var make = Process.Start("mkfifo", [key]))
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.EndsWith("A file could not be read within 10 seconds.", Assert.Single(await served.ToldAsync(EventIds.CertificateRefused)), StringComparison.Ordinal);
        Assert.Equal(served.First.Serial, await served.SerialAsync());
        File.Delete(key);
        File.CreateSymbolicLink(key, "..data/tls.key");
        var next = served.Authority.Issue();
        await served.Volume.UpdateAsync(next.Files);
        await served.UntilServedAsync(next);
    }

    /// <summary>As Kestrel has it: better one that has expired than none.</summary>
    [Fact]
    public async Task Serves_one_that_had_expired_at_the_start_and_says_so()
    {
        await using var served = await Served.StartAsync(first: authority => authority.Issue(from: Now.AddDays(-2), to: Now.AddDays(-1)));

        Assert.Contains("certificate Public: it has expired.", await served.ReadinessAsync(), StringComparison.Ordinal);
        Assert.Equal(200, (await served.Proxy.AskAsync(served.Proxy.Post())).Status);
        var next = served.Authority.Issue();
        await served.Volume.UpdateAsync(next.Files);
        await served.ToldAsync(EventIds.CertificateTaken);
        Assert.Equal(next.Serial, await served.SerialAsync());
        Assert.Equal("""{"status":"ready","degraded":[]}""", await served.ReadinessAsync());
    }

    [Fact]
    public async Task Stops_the_start_as_ever()
    {
        var e = await Assert.ThrowsAnyAsync<Exception>(() => Served.StartAsync(first: authority => authority.Issue() with { Key = authority.Issue().Key }));

        Assert.Contains("tls.key", e.Message, StringComparison.Ordinal);
    }
}
