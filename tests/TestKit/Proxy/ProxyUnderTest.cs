using System.Net;
using System.Text.Json;
using Fabraix.Proxy;
using Fabraix.Proxy.Health;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fabraix.TestKit;

/// <summary>The proxy in this process on ports of its own, with an upstream, an issuer and a key that were made for it.</summary>
internal sealed class ProxyUnderTest : IAsyncDisposable
{
    /// <summary>The one origin that is listed unless a test says otherwise.</summary>
    public const string Origin = "https://app.example";

    private readonly ProxySetup setup;
    private readonly RunningProxy running;
    private readonly Dictionary<string, string?> settings;

    private ProxyUnderTest(ProxySetup setup, RunningProxy running, Dictionary<string, string?> settings)
    {
        this.setup = setup;
        this.settings = settings;
        this.running = running;
    }

    public RecordingUpstream Upstream => setup.Upstream;

    public TestIssuer Issuer => setup.Issuer;

    public string ApiKey => setup.ApiKey;

    public Uri Address => running.PublicAddress;

    public Uri Management => running.ManagementAddress;

    public LogSpy Logs => setup.Logs;

    /// <summary>What the proxy is made of, for what no answer tells.</summary>
    public IServiceProvider Services => running.Services;

    /// <summary>The file that holds the key; a test may replace it.</summary>
    public string KeyFile => setup.KeyFile;

    public static async Task<ProxyUnderTest> StartAsync(Action<ProxySetup>? change = null)
    {
        var setup = new ProxySetup();
        change?.Invoke(setup);
        var settings = setup.Complete();
        if (setup.Reloads) setup.Mount(settings);
        var configuration = setup.Mounted is { } mounted ? Load(mounted.File) : new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var reading = ProxySettings.Read(configuration);
        if (reading.Settings is null) throw new InvalidDataException("The proxy refused its configuration: " + string.Join("; ", reading.Mistakes));
        var running = ProxyHost.Build(reading.Settings, configuration, new HostSeams
        {
            Logging = logging => logging.SetMinimumLevel(setup.LogLevel).AddFilter(null, setup.LogLevel).AddProvider(setup.Logs),
            Time = setup.Time,
            Urls = setup.Urls,
            Stores = setup.Stores,
            BodyMemory = setup.BodyMemory,
            Connections = setup.Connections,
            WindowsShorter = setup.WindowsShorter,
            Reload = setup.Mounted is { } volume ? new ReloadSource([volume.File], () => TryLoad(volume.File), _ => null) : null,
        });
        await running.StartAsync(CancellationToken.None).InTimeAsync("the proxy's start");
        return new ProxyUnderTest(setup, running, settings);
    }

    /// <summary>Mounts another configuration, whole, in the kubelet's way; the next change starts from it.</summary>
    public async Task ChangeAsync(Action<Dictionary<string, string?>> change)
    {
        change(settings);
        await setup.Mounted!.UpdateAsync(JsonSerializer.Serialize(settings.Where(pair => pair.Value is not null).ToDictionary()));
    }

    /// <summary>Mounts a text that may be no configuration at all; the next change is made of what was before it.</summary>
    public Task ChangeAsync(string text) => setup.Mounted!.UpdateAsync(text);

    /// <summary>Signals as SIGTERM does.</summary>
    public Task SignalAsync() => Services.GetRequiredService<Drain>().SignalAsync(() => Services.GetRequiredService<Revisions>().Current.Settings.Stop.DrainDelay);

    public Task<RawClient> ConnectAsync(IPAddress? from = null) => RawClient.ConnectAsync(Address, from);

    /// <summary>A lawful request of this proxy: a test changes what it is about.</summary>
    public RequestText Post(string target = "/v1/check", string body = "{}", string? token = null) =>
        RequestText.Post(target, Address.Authority, token ?? Issuer.Mint(), body);

    /// <summary>Sends one request on a connection of its own and reads its answer.</summary>
    public async Task<RawResponse> AskAsync(RequestText request)
    {
        await using var client = await ConnectAsync();
        return await client.AskAsync(request.ToString());
    }

    /// <summary>Asks the management listener.</summary>
    public async Task<RawResponse> ManageAsync(string path)
    {
        await using var client = await RawClient.ConnectAsync(Management);
        var answer = await client.AskAsync(new RequestText("GET", path).With("Host", Management.Authority).ToString());
        if (path == "/metrics") Capture.Process.Add(CaptureKind.Metrics, path, answer.Body);
        return answer;
    }

    public Task StopAsync() => running.StopAsync(CancellationToken.None).InTimeAsync("the proxy's stop");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await running.DisposeAsync();
        await setup.DisposeAsync();
    }

    private static IConfigurationRoot Load(string file) => new ConfigurationBuilder().AddJsonFile(file).Build();

    private static (IConfigurationRoot? Configuration, string? Problem) TryLoad(string file)
    {
        try
        {
            return (Load(file), null);
        }
        catch (InvalidDataException)
        {
            return (null, "It is not JSON.");
        }
    }
}
