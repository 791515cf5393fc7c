using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Fabraix.Proxy.WireTests.Keys;

/// <summary>
/// An upstream that has keys, as the real one: whoever brings one that it does not know, or knows no more, gets 401 and nothing
/// is executed. It counts what it has executed by the body's text, and notes when each key was last brought.
/// </summary>
internal sealed class KeyedUpstream : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, bool> accepted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Uses> uses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> executions = new(StringComparer.Ordinal);

    private KeyedUpstream()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    public string Address => app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    /// <summary>How often each body was executed.</summary>
    public IReadOnlyDictionary<string, int> Executions => executions;

    /// <summary>What is answered to a request whose key is known.</summary>
    public int Status { get; set; } = 200;

    public static async Task<KeyedUpstream> StartAsync(params string[] keys)
    {
        var upstream = new KeyedUpstream();
        foreach (var key in keys) upstream.Add(key);
        await upstream.app.StartAsync();
        return upstream;
    }

    public void Add(string key) => accepted[key] = true;

    public void Revoke(string key) => accepted.TryRemove(key, out _);

    /// <summary>When a key came for the last time by the clock of <see cref="Traffic.Now"/>, known or not; null where it never did.</summary>
    public TimeSpan? LastUse(string key) => uses.TryGetValue(key, out var found) ? new TimeSpan(Interlocked.Read(ref found.Last)) : null;

    /// <summary>How often a key came, known or not.</summary>
    public int UseCount(string key) => uses.TryGetValue(key, out var found) ? found.Count : 0;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var key = context.Request.Headers["x-api-key"].ToString();
        var use = uses.GetOrAdd(key, _ => new Uses());
        Interlocked.Increment(ref use.Count);
        Interlocked.Exchange(ref use.Last, Traffic.Now.Ticks);
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        if (!accepted.ContainsKey(key))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        executions.AddOrUpdate(body, 1, (_, count) => count + 1);
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }

    private sealed class Uses
    {
        public int Count;
        public long Last;
    }
}
