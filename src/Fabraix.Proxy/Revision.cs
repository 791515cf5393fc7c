using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy;

/// <summary>
/// One accepted configuration at work: its own steps, its own services, and what it inherits. A request is answered by one revision from its first step to its
/// last byte, so that no request ever meets half of a change.
/// </summary>
internal sealed class Revision : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly RequestDelegate _pipeline;
    private readonly ILookup<string, IManagementEndpoint> _endpoints;
    private readonly IHostedService[] _workers;
    private readonly Func<object, Task> _leave;
    private readonly long _largestBody;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Requests under way, and one for as long as new ones come here.
    private int _users = 1;

    public Revision(ProxySettings settings, ServiceProvider services, RequestDelegate pipeline)
    {
        (Settings, _services, _pipeline) = (settings, services, pipeline);
        _endpoints = services.GetServices<IManagementEndpoint>().ToLookup(endpoint => endpoint.Path, StringComparer.Ordinal);
        _workers = [.. services.GetServices<IHostedService>()];
        _largestBody = KestrelLimits.BodyFor(settings.LargestBody);
        _leave = _ => LeaveAsync(); // made once, not for each request
        services.GetRequiredService<Heritage>().Close();
    }

    public ProxySettings Settings { get; }

    public IServiceProvider Services => _services;

    public IEnumerable<IManagementEndpoint> EndpointsAt(string path) => _endpoints[path];

    /// <summary>Answers a request; null where this revision takes none any more.</summary>
    public Task? TryAnswer(HttpContext context)
    {
        if (!TryEnter())
            return null;

        // Registered first, so that it is called last.
        context.Response.OnCompleted(_leave, context);
        context.Features.Set<IServiceProvidersFeature>(new RequestServicesFeature(context, _services.GetRequiredService<IServiceScopeFactory>()));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = _largestBody;
        return _pipeline(context);
    }

    /// <summary>Begins to read secrets and issuers' keys; returns when each was asked for once.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        foreach (var worker in _workers)
            await worker.StartAsync(cancellation);
    }

    /// <summary>What stands in the way of taking it over from a revision that works: a key, a secret or an issuer that is new and could not be read.</summary>
    public IEnumerable<string> Obstacles(Revision before)
    {
        var keys = before.Services.GetRequiredService<KeyRing>();
        foreach (var slot in Services.GetRequiredService<KeyRing>().All)
        {
            if (slot.Last?.Key is null && keys.Find(slot.Options.Name)?.Options.Secret != slot.Options.Secret)
                yield return $"key {slot.Options.Name}: {slot.Last?.Problem ?? "it was not read yet"}";
        }

        var issuers = before.Services.GetRequiredService<IssuerRegistry>();
        foreach (var issuer in Services.GetRequiredService<IssuerRegistry>().All)
        {
            if (issuer.Keys.Count == 0 && !issuers.All.Any(known => known.Keys == issuer.Keys))
                yield return $"issuer {issuer.Options.Name}: {issuer.Keys.Problem ?? "it has no signing keys"}";
        }

        var secrets = before.Services.GetServices<HeldSecret>().ToHashSet();
        foreach (var secret in Services.GetServices<HeldSecret>())
        {
            if (secret.Problem is { } problem && !secrets.Contains(secret))
                yield return $"secret {secret.Name}: {problem}";
        }
    }

    /// <summary>Takes over, at the moment of the change, what the process shows and counts.</summary>
    public void TakeOver(Revision? before)
    {
        Services.GetRequiredService<ProxyMetrics>().Show();
        Services.GetRequiredService<KeyRing>().Join();
        Services.GetRequiredService<ConnectionLimits>().Trust(Settings.Edge);
        if (before is not null)
            Services.GetRequiredService<MemoryLimiter>().Succeed(before.Services.GetRequiredService<MemoryLimiter>());
    }

    /// <summary>Ends its own work; requests under way go on, and what was only to spare new ones time is let go.</summary>
    public Task StopAsync(CancellationToken cancellation)
    {
        Services.GetRequiredService<VerifiedTokens>().Clear();
        return Task.WhenAll(_workers.Select(worker => worker.StopAsync(cancellation)));
    }

    /// <summary>Waits until the last request has gone, and lets everything go.</summary>
    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        await _left.Task;
        await _services.DisposeAsync();
    }

    private bool TryEnter()
    {
        while (Volatile.Read(ref _users) is > 0 and var users)
        {
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return true;
        }

        return false;
    }

    private Task LeaveAsync()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            _left.SetResult();
        return Task.CompletedTask;
    }
}
