using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fabraix.TestKit.Stores;

/// <summary>
/// A service of a cloud on a loopback port: it looks first at who asks, then at its fault, then at what is asked. Derived
/// classes say all three in their service's own words.
/// </summary>
internal abstract class FakeServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<SeenRequest> seen = new();
    private readonly X509Certificate2? certificate;
    private readonly string host;
    private CancellationTokenSource stopping = new();
    private TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? app;
    private Socket? held;
    private int reads;
    private int hanging;

    /// <param name="certificate">Makes it an https server, which owns it.</param>
    protected FakeServer(TimeProvider? time, X509Certificate2? certificate = null, string host = "127.0.0.1")
    {
        Time = time ?? TimeProvider.System;
        this.certificate = certificate;
        this.host = host;
    }

    public TimeProvider Time { get; }

    /// <summary>On 127.0.0.1, and the same for all its life.</summary>
    public int Port { get; private set; }

    public string Scheme => certificate is null ? "http" : "https";

    public Uri Address => new($"{Scheme}://{host}:{Port}");

    /// <summary>What a client of an https server must trust, in PEM.</summary>
    public string CaPem => certificate?.ExportCertificatePem() ?? throw new InvalidOperationException("It speaks http");

    public X509Certificate2 Certificate => certificate ?? throw new InvalidOperationException("It speaks http");

    /// <summary>Everything that came, in order, whatever it was answered.</summary>
    public IReadOnlyList<SeenRequest> Seen => [.. seen];

    /// <summary>Requests with a good identity for what the server is there to hand out: a store's secret, an identity provider's token.</summary>
    public int Reads => Volatile.Read(ref reads);

    /// <summary>Requests that wait for the end of <see cref="Fault.Hang"/>.</summary>
    public int Hanging => Volatile.Read(ref hanging);

    public Fault Fault { get; private set; } = Fault.None;

    /// <summary>When it is done, the fault is in force: the port refuses, or takes connections again.</summary>
    public async Task SetFaultAsync(Fault fault)
    {
        var before = Fault;
        Fault = fault;
        if (before.Kind == FaultKind.Hang && fault.Kind != FaultKind.Hang)
            Interlocked.Exchange(ref released, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        if (fault.Kind == FaultKind.RefuseConnections && app is not null) await RefuseConnectionsAsync();
        else if (fault.Kind != FaultKind.RefuseConnections && app is null) await ListenAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (app is not null) await StopListeningAsync();
        held?.Dispose();
        stopping.Dispose();
        certificate?.Dispose();
    }

    /// <summary>Who asks: sets the request's identity, or refuses it.</summary>
    protected abstract FakeAnswer? Recognise(FakeRequest request);

    /// <summary>Whether the request is one for what the server is there to hand out; only those are counted.</summary>
    protected abstract bool IsRead(FakeRequest request);

    protected virtual bool SuffersFault(FakeRequest request) => IsRead(request);

    protected abstract FakeAnswer Answer(FakeRequest request);

    protected abstract FakeAnswer Throttled(int retryAfterSeconds);

    protected abstract FakeAnswer ServerError();

    /// <summary>Ends what would otherwise keep the server from stopping.</summary>
    protected CancellationToken Stopping => stopping.Token;

    protected async Task ListenAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port, endpoint =>
        {
            // Half an answer is only one in HTTP/1.1, and no SDK insists on HTTP/2.
            endpoint.Protocols = HttpProtocols.Http1;
            if (certificate is not null) endpoint.UseHttps(certificate);
        }));
        var starting = builder.Build();
        starting.Run(ServeAsync);
        stopping.Dispose();
        stopping = new CancellationTokenSource();
        await starting.StartAsync();
        app = starting;
        held?.Dispose();
        held = null;
        Port = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()).Port;
    }

    private async Task StopListeningAsync()
    {
        await stopping.CancelAsync();
        await app!.StopAsync().InTimeAsync("a fake's stop");
        await app.DisposeAsync();
        app = null;
    }

    private async Task RefuseConnectionsAsync()
    {
        await StopListeningAsync();
        // Bound and not listening: connections are refused, and nobody else is given the port until it listens again.
        held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, Port));
    }

    private async Task ServeAsync(HttpContext context)
    {
        try
        {
            var request = await FakeRequest.ReadAsync(context);
            var refusal = Recognise(request);
            if (refusal is null && IsRead(request)) Interlocked.Increment(ref reads);
            seen.Enqueue(request.ToSeen());
            if (refusal is not null) await refusal.SendAsync(context, half: false);
            else await AnswerAsync(request, SuffersFault(request) ? Fault : Fault.None);
        }
        catch (OperationCanceledException)
        {
            // The client left, or the test is over.
            context.Abort();
        }
    }

    private async Task AnswerAsync(FakeRequest request, Fault fault)
    {
        if (fault.Kind == FaultKind.Hang) await HangAsync(request.Context);
        var answer = fault.Kind switch
        {
            FaultKind.Throttle => Throttled(fault.RetryAfterSeconds),
            FaultKind.ServerError => ServerError(),
            FaultKind.NotJson => FakeAnswer.NotJson,
            FaultKind.Oversized => Answer(request).Oversized(),
            _ => Answer(request),
        };
        await answer.SendAsync(request.Context, half: fault.Kind == FaultKind.HalfAnswer);
    }

    private async Task HangAsync(HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, Stopping);
        var waiting = Volatile.Read(ref released).Task;
        Interlocked.Increment(ref hanging);
        try
        {
            await waiting.WaitAsync(either.Token);
        }
        finally
        {
            Interlocked.Decrement(ref hanging);
        }
    }
}
