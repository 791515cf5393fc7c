using BenchmarkDotNet.Attributes;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Benchmarks;

/// <summary>One question to the limiter: two windows of the user, and two of the key on each of the ways that a route with a reserve has. The baseline takes the lock and the time, which a question does as well.</summary>
[MemoryDiagnoser]
public class LimiterBenchmarks
{
    private const int Many = 100_000;
    private const int Loose = 1_000_000_000;

    // What the tight quota admits in a minute is nothing beside what a benchmark asks: nearly all is refused, on both ways.
    private const int Tight = 600;

    private readonly Lock _gate = new();
    private readonly int[] _order = new int[Many];
    private readonly Subject _loose = new(Loose);
    private readonly Subject _tight = new(Tight);
    private readonly Subject _many = new(Loose);
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        for (var i = 0; i < Many; i++)
            _order[i] = i;
        new Random(1).Shuffle(_order);

        // A ring has all of its places once a bucket has come that often; here each has its first four, as a user has who came lately.
        foreach (var user in _order)
            _many.Ask(user);
    }

    [Benchmark(Baseline = true)]
    public long LockAndTime()
    {
        lock (_gate)
            return TimeProvider.System.GetTimestamp();
    }

    [Benchmark]
    public bool KnownUserLoose() => _loose.Ask(1);

    [Benchmark]
    public bool KnownUserTight() => _tight.Ask(1);

    [Benchmark]
    public bool Address() => _loose.AskAddress();

    [Benchmark]
    public bool AnyOf100000Users()
    {
        _next = _next + 1 == Many ? 0 : _next + 1;
        return _many.Ask(_order[_next]);
    }

    private sealed class Subject
    {
        private readonly MemoryLimiter _limiter;
        private readonly RoutePlan _route;

        public Subject(int quota)
        {
            if (!SecretReference.TryParse("env:FABRAIX_API_KEY", out var secret) || !RoutePath.TryParse("/v1/check", out var path))
                throw new InvalidOperationException("A constant does not parse.");

            var rule = new RouteRule("check", "POST", path, [], "default", MaxBytes: 0) { Reserve = 20 };
            var limits = new RateLimitOptions { PerUser = Windows("user"), PerAddress = Windows("address") };
            var plan = new LimitPlan(limits, [new KeyOptions("default", secret) { Quota = new KeyQuota(quota, Loose) }], [rule]);
            _route = plan.Of(rule);
            _limiter = new MemoryLimiter(plan, TimeProvider.System);
        }

        public bool Ask(int user) => _limiter.Ask(new LimitQuestion((UInt128)user, 0, 1, _route), replicas: 1).Outcome == LimitOutcome.Admitted;

        public bool AskAddress() => _limiter.AskAddress(1).Outcome == LimitOutcome.Admitted;

        private static Window[] Windows(string whose) => [Window.Minute(whose, Loose), Window.Hour(whose, Loose)];
    }
}
