namespace Fabraix.Proxy.Telemetry;

/// <summary>Every log event's number, a range a folder: alerts are built on them, so a number never changes its meaning.</summary>
internal static class EventIds
{
    // 1000: the process
    public const int Started = 1000;
    public const int ConfigurationWarning = 1001;

    // 1100: requests
    public const int Request = 1100;
    public const int RequestFailed = 1101;

    // 1200: edge
    public const int UntrustedForwardedFor = 1200;

    // 1300: tokens
    public const int IssuerKeysFailed = 1300;
    public const int IssuerKeysRecovered = 1301;
    public const int IssuerKeysLeftOut = 1302;

    // 1400: keys
    public const int KeyLoaded = 1400;
    public const int KeyFailed = 1401;
}
