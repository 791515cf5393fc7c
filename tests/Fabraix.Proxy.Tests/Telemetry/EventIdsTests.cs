using System.Reflection;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Tests.Telemetry;

/// <summary>Alerts are built on these numbers.</summary>
public sealed class EventIdsTests
{
    [Fact]
    public void Are_these_and_never_change_their_meaning() => Assert.Equal(
        [
            "1000 Started",
            "1001 ConfigurationWarning",
            "1002 LogLinesLost",
            "1003 Draining",
            "1004 StoppingAtOnce",
            "1005 ConfigurationAccepted",
            "1006 ConfigurationRefused",
            "1007 ConfigurationWithdrawn",
            "1100 Request",
            "1101 RequestFailed",
            "1200 UntrustedForwardedFor",
            "1201 ConnectionsLowered",
            "1202 TooManyFromOneAddress",
            "1203 CertificateTaken",
            "1204 CertificateRefused",
            "1205 CertificateWithdrawn",
            "1300 IssuerKeysFailed",
            "1301 IssuerKeysRecovered",
            "1302 IssuerKeysLeftOut",
            "1303 IssuerRefreshFailed",
            "1400 KeyLoaded",
            "1401 KeyFailed",
            "1402 KeyRecovered",
            "1403 KeyCandidate",
            "1404 KeyPromoted",
            "1405 KeyDropped",
            "1406 KeyRefused",
            "1407 KeyWentBack",
            "1408 KeyRetired",
            "1500 KeyInAnswer",
            "1501 KeyInRequest",
            "1600 SecretRead",
            "1601 SecretFailed",
            "1700 TokenMinted",
            "1701 MintRefused",
            "1702 MintKeysPublished",
            "1703 TokensRevoked",
            "1800 BrowserRefused",
            "1900 StoreAway",
            "1901 StoreBack",
            "1902 StoreRefused",
            "1903 StoreFactsLeftOut",
            "2000 CircuitOpened",
            "2001 CircuitClosed",
        ],
        typeof(EventIds).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => $"{field.GetRawConstantValue()} {field.Name}").Order(StringComparer.Ordinal));
}
