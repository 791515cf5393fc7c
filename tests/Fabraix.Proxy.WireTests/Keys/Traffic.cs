using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Keys;

/// <summary>Clients that post without a pause, each on a connection of its own, every request with a body that no other has.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<TrafficAnswer> answers = new();
    private readonly HttpClient client;
    private readonly Uri target;
    private readonly string token;
    private readonly Task running;
    private int sent;
    private int answered;

    public Traffic(ProxyUnderTest proxy, int connections)
    {
        client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = connections });
        target = new Uri(proxy.Address, "/v1/check");
        token = proxy.Issuer.Mint();
        running = Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(PostAsync)));
    }

    /// <summary>A clock that never jumps.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>Answers so far.</summary>
    public int Answered => Volatile.Read(ref answered);

    /// <summary>Every answer but a 200 with the request's own body.</summary>
    public IReadOnlyCollection<TrafficAnswer> Failures => answers;

    /// <summary>Lets what is under way end. Returns how many requests were sent.</summary>
    public async Task<int> StopAsync()
    {
        await stop.CancelAsync();
        await running.InTimeAsync("the last answers");
        return sent;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        client.Dispose();
        stop.Dispose();
    }

    private async Task PostAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var body = string.Create(CultureInfo.InvariantCulture, $$"""{"text":"{{Interlocked.Increment(ref sent)}}"}""");
            var start = Now;
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new StringContent(body, new MediaTypeHeaderValue("application/json")) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Interlocked.Increment(ref answered);
            if ((int)answer.StatusCode != 200 || text != body) answers.Enqueue(new TrafficAnswer(start, (int)answer.StatusCode, text));
        }
    }
}

internal sealed record TrafficAnswer(TimeSpan Start, int Status, string Text);
