namespace Fabraix.Sandbox.Issuer;

/// <summary>A user of the demo application; there is no password, since there is nothing to protect.</summary>
internal sealed record DemoUser(string Id, string Name, string Scope)
{
    public static IReadOnlyList<DemoUser> All { get; } =
    [
        new("alice", "Alice", "run:write event:write check:write"),
        new("bob", "Bob", "run:write event:write"),
    ];

    /// <summary>One of <see cref="All"/>, or a visitor of the page's traffic: visitor- and up to six digits.</summary>
    public static DemoUser? Find(string? id) => All.FirstOrDefault(u => u.Id == id) ?? (IsVisitor(id) ? new(id!, "Visitor", "event:write") : null);

    private static bool IsVisitor(string? id) =>
        id is { Length: > 8 and <= 14 } && id.StartsWith("visitor-", StringComparison.Ordinal) && id.AsSpan(8).IndexOfAnyExceptInRange('0', '9') < 0;
}
