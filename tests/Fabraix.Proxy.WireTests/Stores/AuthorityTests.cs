using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Fabraix.Proxy.Tls;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>Whom a connection trusts that has authorities of its own, besides the system's or in their place.</summary>
public sealed class AuthorityTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly X509Certificate2 own = SelfSigned.Make();
    private readonly X509Certificate2 stranger = SelfSigned.Make();

    public void Dispose()
    {
        folder.Dispose();
        own.Dispose();
        stranger.Dispose();
    }

    [Fact]
    public void Besides_the_systems_is_what_the_system_trusts_trusted()
    {
        var authority = new PrivateAuthority([own]);

        Assert.True(authority.Accepts(this, stranger, null, SslPolicyErrors.None));
        Assert.True(authority.Accepts(this, own, null, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.False(authority.Accepts(this, stranger, null, SslPolicyErrors.RemoteCertificateChainErrors));
    }

    [Fact]
    public void In_their_place_is_what_the_system_trusts_not_trusted()
    {
        var authority = Loaded(own);

        Assert.True(authority.Accepts(this, own, null, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.True(authority.Accepts(this, own, null, SslPolicyErrors.None));
        Assert.False(authority.Accepts(this, stranger, null, SslPolicyErrors.None));
    }

    [Theory]
    [InlineData(SslPolicyErrors.RemoteCertificateNameMismatch)]
    [InlineData(SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateChainErrors)]
    [InlineData(SslPolicyErrors.RemoteCertificateNotAvailable)]
    public void Another_name_is_another_server(SslPolicyErrors errors) => Assert.False(Loaded(own).Accepts(this, own, null, errors));

    [Fact]
    public void A_file_that_changes_is_read_again_and_one_that_is_damaged_is_not()
    {
        var authority = Loaded(own);
        folder.Write("ca.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Assert.True(authority.Load());
        Assert.True(authority.Accepts(this, own, null, SslPolicyErrors.None));
        folder.Write("ca.crt", stranger.ExportCertificatePem());
        Assert.True(authority.Load());

        Assert.False(authority.Accepts(this, own, null, SslPolicyErrors.None));
    }

    [Fact]
    public void Nothing_is_trusted_before_there_is_an_authority()
    {
        var authority = new AuthorityFile(folder.Write("ca.crt", "none\n"));

        Assert.False(authority.Load());
        Assert.False(authority.Accepts(this, own, null, SslPolicyErrors.None));
    }

    private AuthorityFile Loaded(X509Certificate2 certificate)
    {
        var file = new AuthorityFile(folder.Write("ca.crt", certificate.ExportCertificatePem()));
        Assert.True(file.Load());
        return file;
    }
}
