using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>200 requests a second, each with a token of its own, signed with whichever key signs at that moment; none waits for another's answer.</summary>
internal sealed class SteadyCallers : IAsyncDisposable
{
    private const int PerSecond = 200;

    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<string> failures = new();
    private readonly ConcurrentBag<Task> under = [];
    private readonly ProxyUnderTest proxy;
    private readonly Func<string> mint;
    private readonly Task running;
    private int answered;

    public SteadyCallers(ProxyUnderTest proxy, Func<string> mint)
    {
        (this.proxy, this.mint) = (proxy, mint);
        running = Task.Run(SendAsync);
    }

    public int Answered => Volatile.Read(ref answered);

    public IReadOnlyCollection<string> Failures => failures;

    /// <summary>Waits until so many more are answered.</summary>
    public Task MoreAsync(int answers)
    {
        var enough = Answered + answers;
        return Bounds.UntilAsync(() => Answered >= enough, $"{answers} more answers");
    }

    /// <summary>Sends no more, and waits for the answers.</summary>
    public async Task<int> StopAsync()
    {
        await stop.CancelAsync();
        await running.InTimeAsync("the last request");
        await Task.WhenAll(under).InTimeAsync("the last answers");
        return Answered;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        client.Dispose();
        stop.Dispose();
    }

    private async Task SendAsync()
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(10.0 / PerSecond));
        while (await pace.WaitForNextTickAsync() && !stop.IsCancellationRequested)
            for (var i = 0; i < 10; i++) under.Add(PostAsync(mint()));
    }

    private async Task PostAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(proxy.Address, "/v1/check")) { Content = new StringContent("{}", new MediaTypeHeaderValue("application/json")) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request);
        if ((int)answer.StatusCode != 200) failures.Enqueue($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        Interlocked.Increment(ref answered);
    }
}
