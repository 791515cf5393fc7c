using System.Text.Json;

namespace Fabraix.Sandbox.StandIn;

/// <summary>One documented endpoint: the name that a restricted key lists, its path and the rule for its body.</summary>
internal sealed record Operation(string Name, string Path, Func<JsonElement, string?> FindMistake)
{
    public static IReadOnlyList<Operation> All { get; } =
    [
        new("register-agent-run", "/v1/register-agent-run", BodyRules.RegisterAgentRun),
        new("event", "/v1/event", BodyRules.Event),
        new("check", "/v1/check", BodyRules.Check),
    ];

    public static Operation? Find(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) ? All.FirstOrDefault(o => o.Path == request.Path.Value) : null;
}
