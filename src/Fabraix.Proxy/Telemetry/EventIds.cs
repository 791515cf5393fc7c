namespace Fabraix.Proxy.Telemetry;

/// <summary>Every log event's number, a range a folder: alerts are built on them, so a number never changes its meaning.</summary>
internal static class EventIds
{
    // 1000: the process
    public const int Started = 1000;
    public const int ConfigurationWarning = 1001;
    public const int LogLinesLost = 1002;
    public const int Draining = 1003;
    public const int StoppingAtOnce = 1004;
    public const int ConfigurationAccepted = 1005;
    public const int ConfigurationRefused = 1006;
    public const int ConfigurationWithdrawn = 1007;

    // 1100: requests
    public const int Request = 1100;
    public const int RequestFailed = 1101;

    // 1200: edge
    public const int UntrustedForwardedFor = 1200;
    public const int ConnectionsLowered = 1201;
    public const int TooManyFromOneAddress = 1202;
    public const int CertificateTaken = 1203;
    public const int CertificateRefused = 1204;
    public const int CertificateWithdrawn = 1205;

    // 1300: tokens
    public const int IssuerKeysFailed = 1300;
    public const int IssuerKeysRecovered = 1301;
    public const int IssuerKeysLeftOut = 1302;
    public const int IssuerRefreshFailed = 1303;

    // 1400: keys
    public const int KeyLoaded = 1400;
    public const int KeyFailed = 1401;
    public const int KeyRecovered = 1402;
    public const int KeyCandidate = 1403;
    public const int KeyPromoted = 1404;
    public const int KeyDropped = 1405;
    public const int KeyRefused = 1406;
    public const int KeyWentBack = 1407;
    public const int KeyRetired = 1408;

    // 1500: the key is where it must not be
    public const int KeyInAnswer = 1500;
    public const int KeyInRequest = 1501;

    // 1600: the proxy's other secrets
    public const int SecretRead = 1600;
    public const int SecretFailed = 1601;

    // 1700: the mint, and revocation
    public const int TokenMinted = 1700;
    public const int MintRefused = 1701;
    public const int MintKeysPublished = 1702;
    public const int TokensRevoked = 1703;

    // 1800: the management listener
    public const int BrowserRefused = 1800;

    // 1900: the Redis that replicas share
    public const int StoreAway = 1900;
    public const int StoreBack = 1901;
    public const int StoreRefused = 1902;
    public const int StoreFactsLeftOut = 1903;

    // 2000: the upstream
    public const int CircuitOpened = 2000;
    public const int CircuitClosed = 2001;
}
