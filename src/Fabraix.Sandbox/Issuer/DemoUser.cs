namespace Fabraix.Sandbox.Issuer;

/// <summary>A user of the demo application; there is no password, since there is nothing to protect.</summary>
internal sealed record DemoUser(string Id, string Name, string Scope)
{
    public static IReadOnlyList<DemoUser> All { get; } =
    [
        new("alice", "Alice", "run:write event:write check:write"),
        new("bob", "Bob", "run:write event:write"),
    ];

    public static DemoUser? Find(string? id) => All.FirstOrDefault(u => u.Id == id);
}
