using Fabraix.Proxy.Telemetry;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Certificates;

/// <summary>A proxy whose certificate is mounted, and an authority that renews it.</summary>
internal sealed class Served : IAsyncDisposable
{
    private Served(TestAuthority authority, MadeCertificate first, MountedVolume volume, ProxyUnderTest proxy) => (Authority, First, Volume, Proxy) = (authority, first, volume, proxy);

    public TestAuthority Authority { get; }

    /// <summary>What is served from the start.</summary>
    public MadeCertificate First { get; }

    public MountedVolume Volume { get; }

    public ProxyUnderTest Proxy { get; }

    public static async Task<Served> StartAsync(Action<ProxySetup>? change = null, Func<TestAuthority, MadeCertificate>? first = null)
    {
        var authority = new TestAuthority();
        var made = first is null ? authority.Issue() : first(authority);
        var volume = new MountedVolume(made.Files);
        var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Settings["Kestrel:Endpoints:Public:Url"] = "https://127.0.0.1:0";
            setup.Settings["Kestrel:Endpoints:Public:Certificate:Path"] = volume.PathOf("tls.crt");
            setup.Settings["Kestrel:Endpoints:Public:Certificate:KeyPath"] = volume.PathOf("tls.key");
            change?.Invoke(setup);
        });
        return new Served(authority, made, volume, proxy);
    }

    public Task<string> SerialAsync(string host = "localhost") => Authority.ServedAsync(Proxy.Address, host);

    public Task UntilServedAsync(MadeCertificate certificate, string host = "localhost") =>
        Bounds.UntilAsync(async () => await SerialAsync(host) == certificate.Serial, "the new certificate; refused: " + string.Join(" | ", Told(EventIds.CertificateRefused)));

    /// <summary>Waits for a word of the log, and returns all of that kind.</summary>
    public async Task<IReadOnlyList<string>> ToldAsync(int id, int count = 1)
    {
        await Bounds.UntilAsync(() => Told(id).Count >= count, $"event {id}");
        return Told(id);
    }

    public IReadOnlyList<string> Told(int id) => [.. Proxy.Logs.Lines.Where(line => line.Id == id).Select(line => line.Message)];

    public async Task<string> ReadinessAsync() => (await Proxy.ManageAsync("/healthz/ready")).Text;

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        Volume.Dispose();
        Authority.Dispose();
    }
}
