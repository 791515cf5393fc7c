using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Limits.Shared;

/// <summary>What one request came to.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="User">Whose it was.</param>
/// <param name="Route">For which operation.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Code">The error's code, where it is one of the proxy's.</param>
internal sealed record Asked(TimeSpan At, string User, string Route, int Status, string? Code)
{
    public bool Admitted => Status == 200;
}

/// <summary>Users who ask at their own pace, whatever the answers: a Poisson process each, with a fixed seed, over all replicas in turn.</summary>
internal sealed class Demand(LimitedReplicas replicas) : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromSeconds(2) });
    private readonly ConcurrentQueue<Asked> answers = new();
    private readonly ConcurrentDictionary<string, string> tokens = new();
    private int turn;

    /// <summary>Answers so far.</summary>
    public int Count => answers.Count;

    public IReadOnlyList<Asked> Answers => [.. answers.OrderBy(asked => asked.At)];

    /// <summary>Each request comes with a token of its own and with what a client may think of to pass for another.</summary>
    public bool Disguised { get; init; }

    public async Task RunAsync(TimeSpan length, params (string User, double PerSecond, string[] Routes)[] users)
    {
        var (random, began) = (new Random(1), Stopwatch.GetTimestamp());
        var (next, under) = (new PriorityQueue<int, double>(), new List<Task>());
        for (var i = 0; i < users.Length; i++) next.Enqueue(i, Gap(random, users[i].PerSecond));
        while (next.TryDequeue(out var user, out var at) && at < length.TotalSeconds)
        {
            if (TimeSpan.FromSeconds(at) - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } early) await Task.Delay(early);
            var (name, perSecond, routes) = users[user];
            under.Add(AskAsync(name, routes[random.Next(routes.Length)]));
            next.Enqueue(user, at + Gap(random, perSecond));
        }

        await Task.WhenAll(under).InTimeAsync("the last answers");
    }

    public void Dispose() => client.Dispose();

    private static double Gap(Random random, double perSecond) => -Math.Log(1 - random.NextDouble()) / perSecond;

    private async Task AskAsync(string user, string route)
    {
        var number = Interlocked.Increment(ref turn);
        var proxy = replicas.All[number % replicas.All.Count];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(proxy.Address, "/v1/" + route)) { Content = new StringContent("{}", new MediaTypeHeaderValue("application/json")) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Disguised ? Mint(user, number) : tokens.GetOrAdd(user, _ => Mint(user, 0)));
        if (Disguised)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", $"203.0.113.{number % 250}");
            request.Headers.TryAddWithoutValidation("Forwarded", $"for=203.0.113.{number % 250}");
            request.Headers.TryAddWithoutValidation("X-User", $"other-{number}");
            request.Headers.TryAddWithoutValidation("User-Agent", $"agent/{number}");
            request.Headers.ConnectionClose = number % 5 == 0;
        }

        var at = Stopwatch.GetElapsedTime(0);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var code = answer.IsSuccessStatusCode ? null : System.Text.Json.Nodes.JsonNode.Parse(text)?["error"]?["code"]?.GetValue<string>();
        answers.Enqueue(new Asked(at, user, route, (int)answer.StatusCode, code));
    }

    private string Mint(string user, int number) => replicas.Issuer.Mint(draft => draft.Claim("sub", user).Claim("jti", $"{user}-{number}"));
}
