using Fabraix.Sandbox.StandIn;

namespace Fabraix.Sandbox.Demo;

/// <summary>What the page must know to begin; nothing in it is secret.</summary>
internal sealed record PageSettings(
    string Page,
    string Proxy,
    string Issuer,
    string Upstream,
    string Foreign,
    IReadOnlyList<PageUser> Users,
    string KeyFingerprint);

internal sealed record PageUser(string Id, string Name, string Scope);

/// <summary>The upstream's column: the requests with one x-request-id, masked, and how many ever arrived.</summary>
internal sealed record SeenAnswer(IReadOnlyList<SeenRequest> Requests, long Total);

/// <summary>How things stand after the operator's hand: fingerprints, never keys.</summary>
internal sealed record OperatorAnswer(string KeyFingerprint, bool KeyRevoked, string Mode);
