using System.Collections.Concurrent;
using System.Net.Sockets;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Stop;

/// <summary>
/// Clients behind a load balancer that asks for readiness every 50 ms: while it says yes they post without a pause, each on a connection of its own for as long as the proxy keeps
/// that; once it says no they send nothing more.
/// </summary>
internal sealed class BalancedTraffic
{
    private readonly ConcurrentQueue<string> failures = new();
    private readonly ProxyProcess program;
    private readonly string request;
    private readonly string expected;
    private readonly Task running;
    private volatile bool listed = true;
    private int answered;
    private int closed;

    public BalancedTraffic(ProxyProcess program, RequestText request, string expected, int connections)
    {
        (this.program, this.request, this.expected) = (program, request.ToString(), expected);
        running = Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(PostAsync)).Append(Task.Run(WatchAsync)));
    }

    public int Answered => Volatile.Read(ref answered);

    /// <summary>Answers that said their connection ends.</summary>
    public int Closed => Volatile.Read(ref closed);

    /// <summary>Connections that were refused, requests without an answer, and answers that were not whole.</summary>
    public IReadOnlyCollection<string> Failures => failures;

    /// <summary>Returns when readiness was off and the last answer has come.</summary>
    public Task EndAsync() => running.InTimeAsync("the end of the traffic");

    private async Task WatchAsync()
    {
        while (listed)
        {
            await Task.Delay(50);
            await using var client = await RawClient.ConnectAsync(program.Management);
            listed = (await client.AskAsync(new RequestText("GET", "/healthz/ready").With("Host", client.Host).ToString())).Status == 200;
        }
    }

    private async Task PostAsync()
    {
        while (listed)
        {
            try
            {
                await using var client = await RawClient.ConnectAsync(program.Address);
                await PostOnAsync(client);
            }
            catch (SocketException e)
            {
                failures.Enqueue("a connection: " + e.SocketErrorCode);
            }
            catch (IOException e)
            {
                failures.Enqueue("an answer: " + e.Message);
            }
        }
    }

    private async Task PostOnAsync(RawClient client)
    {
        while (listed)
        {
            var answer = await client.AskAsync(request);
            if (answer.Status != 200 || answer.Text != expected) failures.Enqueue($"{answer.Status}, {answer.Body.Length} bytes");
            Interlocked.Increment(ref answered);
            if (!answer.Closes) continue;
            Interlocked.Increment(ref closed);
            return;
        }
    }
}
