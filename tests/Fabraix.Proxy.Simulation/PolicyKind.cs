namespace Fabraix.Proxy.Simulation;

/// <summary>A policy by name.</summary>
internal sealed record PolicyKind(string Name, Func<Scenario, TimeProvider, IPolicy> Make)
{
    public static PolicyKind Ours { get; } = new("fair line", (scenario, time) => new FairPolicy(scenario, time, shared: true));

    public static PolicyKind OursAlone { get; } = new("fair line, store away", (scenario, time) => new FairPolicy(scenario, time, shared: false));

    public static PolicyKind StaticCaps { get; } = new("static caps", (scenario, time) => new CapPolicy(scenario, time, scenario.Users));

    public static PolicyKind FirstCome { get; } = new("first come", (scenario, time) => new CapPolicy(scenario, time, parts: 1));

    public static IReadOnlyList<PolicyKind> All { get; } = [Ours, OursAlone, StaticCaps, FirstCome];
}
