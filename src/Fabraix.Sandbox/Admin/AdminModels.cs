namespace Fabraix.Sandbox.Admin;

/// <summary>What an operator asks for: Enterprise and Restricted keys may bring limits, Restricted ones their operations.</summary>
internal sealed record KeyRequest(
    string? Type = null, int? PerMinute = null, int? PerHour = null, IReadOnlyList<string>? Operations = null);

/// <summary>The only answer that holds a key's value; it is shown once.</summary>
internal sealed record KeyCreated(string Id, string Type, string Key, string Fingerprint, string Hint);

internal sealed record KeyLine(
    string Id,
    string Type,
    string Key,
    bool Revoked,
    bool UsedByProxy,
    int? PerMinute,
    int? PerHour,
    IReadOnlyList<string> Operations);

internal sealed record KeyList(IReadOnlyList<KeyLine> Keys);

/// <summary>What the stand-in shall do wrong; without requests, until told otherwise.</summary>
internal sealed record MisbehaviourOrder(string? Mode = null, int? Requests = null, double? DelaySeconds = null);
