namespace Fabraix.Proxy.Simulation;

/// <summary>Scenarios that differ in one thing.</summary>
/// <param name="Name">What they differ in.</param>
/// <param name="Steps">Each, with what the plot writes under it.</param>
internal sealed record Sweep(string Name, IReadOnlyList<(string Label, Scenario Scenario)> Steps)
{
    /// <summary>The three that are drawn.</summary>
    public static IReadOnlyList<Sweep> Drawn { get; } =
    [
        new("users", [.. new[] { 10, 100, 1000, 10_000, 100_000 }.Select(users => (Short(users), new Scenario($"{users:N0} users") { Users = users, Greedy = users / 10 }))]),
        new("requests a minute", [.. new[] { 60, 600, 6000, 60_000, 1_000_000 }.Select(quota => (Short(quota), new Scenario($"{quota:N0} a minute") { PerMinute = quota }))]),
        new("replicas", [.. new[] { 1, 2, 3, 5, 10, 20 }.Select(replicas => (Short(replicas), new Scenario($"{replicas} replicas") { Replicas = replicas }))]),
    ];

    public static Sweep Others { get; } = new("other", [.. new[]
    {
        new Scenario("the example: a loop and nine users, 480 a minute") { Users = 10, Greedy = 1, PerMinute = 480, ShyLoad = 0.75, GreedyLoad = 10 },
        new Scenario("pages of 5 requests") { Page = 5 },
        new Scenario("pages of 20 requests") { Page = 20 },
        new Scenario("pages of 20 requests, shy users heed Retry-After") { Page = 20, ShyHeed = true },
        new Scenario("10 users, pages of 5") { Users = 10, Greedy = 1, Page = 5 },
        new Scenario("10 users, 60 a minute, pages of 5") { Users = 10, Greedy = 1, PerMinute = 60, Page = 5 },
        new Scenario("all heed Retry-After") { ShyHeed = true, GreedyHeed = true },
        new Scenario("shy users heed it") { ShyHeed = true },
        new Scenario("greedy users heed it") { GreedyHeed = true },
        new Scenario("1 greedy of 100") { Greedy = 1 },
        new Scenario("1 greedy of 100, asks 20 times the quota") { Greedy = 1, GreedyLoad = 20 },
        new Scenario("50 greedy of 100") { Greedy = 50 },
        new Scenario("shy users ask 80 %") { ShyLoad = 0.8 },
        new Scenario("shy users ask 95 %") { ShyLoad = 0.95 },
        new Scenario("each user on one of 3 replicas") { Sticky = true },
        new Scenario("each user on one of 20 replicas") { Sticky = true, Replicas = 20 },
        new Scenario("1 greedy, each user on one of 3") { Greedy = 1, Sticky = true },
        new Scenario("60 a minute, 1,000 an hour, 10 users") { Users = 10, Greedy = 1, PerMinute = 60, PerHour = 1000 },
        new Scenario("600 a minute, 10,000 an hour") { PerHour = 10_000 },
        new Scenario("100,000 users, 1,000,000 a minute, 20 replicas") { Users = 100_000, Greedy = 100, PerMinute = 1_000_000, Replicas = 20 },
    }.Select(scenario => ("", scenario))]);

    private static string Short(int number) => number switch
    {
        >= 1_000_000 => $"{number / 1_000_000}M",
        >= 1000 => $"{number / 1000}k",
        _ => $"{number}",
    };
}
