using System.Diagnostics;
using System.Net.Http.Headers;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Limits;

/// <summary>
/// Sends requests at a pace of its own, whatever became of those before. One that waits for an answer before it sends the next asks less of who is slow,
/// and so never overloads anybody. Times count from when a request was due, be it that it was sent late.
/// </summary>
internal sealed class OpenLoop(Uri address, IReadOnlyList<string> tokens) : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Uri target = new(address, "/v1/check");
    private int number;

    public async Task<IReadOnlyList<Outcome>> RunAsync(int perSecond, TimeSpan length)
    {
        var clock = Stopwatch.StartNew();
        var all = new List<Task<Outcome>>();
        var total = (int)(length.TotalSeconds * perSecond);
        while (all.Count < total)
        {
            var due = Math.Min(total, (int)(clock.Elapsed.TotalSeconds * perSecond));
            while (all.Count < due) all.Add(SendAsync(clock, TimeSpan.FromSeconds((double)all.Count / perSecond)));
            await Task.Delay(Tick);
        }
        return await Task.WhenAll(all).InTimeAsync("the last answers", TimeSpan.FromSeconds(60));
    }

    public void Dispose() => client.Dispose();

    private async Task<Outcome> SendAsync(Stopwatch clock, TimeSpan due)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[number++ % tokens.Count]);
        request.Content = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        using var answer = await client.SendAsync(request, CancellationToken.None);
        var body = await answer.Content.ReadAsStringAsync();
        return new Outcome(due, clock.Elapsed, (int)answer.StatusCode, answer.Headers.RetryAfter?.Delta?.TotalSeconds, body);
    }
}

/// <summary>What became of one request.</summary>
internal sealed record Outcome(TimeSpan Due, TimeSpan Ended, int Status, double? RetryAfter, string Body)
{
    public bool Admitted => Status == 200;

    public TimeSpan Took => Ended - Due;
}
