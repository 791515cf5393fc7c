using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fabraix.Proxy.Status;

/// <summary>
/// What the status page shows: configured names, counts and times. Nothing in it is a secret, a reference to one, a token, or anything that a client sent; whoever reaches the
/// management listener reads it.
/// </summary>
internal sealed record StatusReport
{
    /// <summary>What <c>/healthz/ready</c> says: ready, degraded or not ready.</summary>
    public required string Status { get; init; }

    public required IReadOnlyList<string> Degraded { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required BuildStatus Build { get; init; }

    public required RevisionStatus Configuration { get; init; }

    public required RequestStatus Requests { get; init; }

    public required UpstreamStatus Upstream { get; init; }

    public required StoreStatus Store { get; init; }

    public required IReadOnlyList<QuotaStatus> Quotas { get; init; }

    public required IReadOnlyList<KeyStatus> Keys { get; init; }

    public required IReadOnlyList<IssuerStatus> Issuers { get; init; }

    public required IReadOnlyList<RefusalStatus> Refusals { get; init; }

    public required IReadOnlyList<RouteStatus> Routes { get; init; }

    public required SettingsStatus Settings { get; init; }
}

/// <summary>Which build answers.</summary>
internal sealed record BuildStatus(string Version, string Commit, string Runtime);

/// <summary>The configuration in use.</summary>
/// <param name="AcceptedAt">Since when it is.</param>
/// <param name="Refused">Why the files hold another one; null where they do not.</param>
internal sealed record RevisionStatus(DateTimeOffset AcceptedAt, string? Refused);

/// <summary>The load.</summary>
/// <param name="InFlight">Requests under way.</param>
/// <param name="MostInFlight">How many may be.</param>
/// <param name="Forwarded">Requests of the last hour that got an answer of the upstream's.</param>
/// <param name="Refused">Those that the proxy refused.</param>
internal sealed record RequestStatus(int InFlight, int MostInFlight, long Forwarded, long Refused);

/// <summary>The API, and the circuit to it.</summary>
/// <param name="Address">Scheme, host and port.</param>
/// <param name="Circuit">closed, open or half open.</param>
/// <param name="Problem">What is wrong; null where nothing is.</param>
internal sealed record UpstreamStatus(string Address, string Circuit, string? Problem);

/// <summary>What replicas share.</summary>
/// <param name="Kind">memory or redis.</param>
/// <param name="Up">Whether Redis is asked; null for memory.</param>
/// <param name="Replicas">Last seen alive, this one among them.</param>
/// <param name="Problem">What is wrong; null where nothing is.</param>
internal sealed record StoreStatus(string Kind, bool? Up, int Replicas, string? Problem);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJson : JsonSerializerContext;
