using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Telemetry;

/// <summary>
/// What the access log, the metrics and the trace say of one request. Steps write what they learn; nothing in it is a
/// token, a claim, a header's value or a piece of the request target.
/// </summary>
internal sealed class RequestRecord
{
    /// <summary>What a request that no step refused is counted as.</summary>
    public const string Forwarded = "forwarded";

    /// <summary>A browser asked whether it may, and was told yes.</summary>
    public const string Preflight = "preflight";

    /// <summary>The client went away before the answer's head.</summary>
    public const string ClientClosed = "client_closed";

    /// <summary>The answer broke off after its head had left.</summary>
    public const string AnswerCut = "answer_cut";

    /// <summary>The configured route's name, or "none".</summary>
    public string Route { get; set; } = "none";

    /// <summary>The listed route's path, as the configuration writes it; null where no route was found.</summary>
    public string? Path { get; set; }

    /// <summary>The host that the request names, where it is one of AllowedHosts.</summary>
    public HostString? Host { get; set; }

    /// <summary>What was decided: an error code of the contract, or one of the constants above.</summary>
    public string Code { get; set; } = Forwarded;

    /// <summary>Which rule decided, where one refused.</summary>
    public string? Rule { get; set; }

    /// <summary>The caller's pseudonym.</summary>
    public string? Caller { get; set; }

    /// <summary>The key's configured name, version and fingerprint.</summary>
    public string? Key { get; set; }

    public int? UpstreamStatus { get; set; }

    public TimeSpan? UpstreamTime { get; set; }

    public static RequestRecord Of(HttpContext context) => context.Features.GetRequiredFeature<RequestRecord>();
}
