namespace Fabraix.Proxy.RateLimiting;

/// <summary>What a limiter says of one request: whether it fits, and the tightest window's state.</summary>
/// <param name="Admitted">Whether the request was counted and may go on.</param>
/// <param name="Tightest">The window that refused, or that has the smallest share left.</param>
/// <param name="Remaining">Requests left in it.</param>
/// <param name="Seconds">Until the oldest requests leave that window and make room.</param>
internal readonly record struct Usage(bool Admitted, Window Tightest, int Remaining, int Seconds);
