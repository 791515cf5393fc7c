using System.Buffers;
using Amazon;
using Amazon.Runtime;

namespace Fabraix.Proxy.Secrets.Aws;

/// <summary>Where a service is asked: a region, and an address in it or the one that the operator set instead.</summary>
internal sealed record AwsPlace(string Region, Uri Endpoint)
{
    // A name of a host is made of it.
    private const int LongestRegion = 32;
    private static readonly SearchValues<char> RegionCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <param name="context">What the process lends.</param>
    /// <param name="service">The service's name in addresses and signatures.</param>
    /// <param name="variable">The variable that sets the service's address, before AWS_ENDPOINT_URL, which sets that of all services.</param>
    /// <param name="region">The region that the secret's ARN names, or null.</param>
    public static (AwsPlace? Place, SecretReading? Failure) Find(StoreContext context, string service, string variable, string? region)
    {
        region ??= context.Variable("AWS_REGION") ?? context.Variable("AWS_DEFAULT_REGION") ?? FallbackRegionFactory.GetRegionEndpoint()?.SystemName;
        if (region is null)
            return (null, SecretReading.Failed(SecretOutcome.Unavailable, "no AWS region is known: set AWS_REGION"));
        if (!IsRegion(region))
            return (null, SecretReading.Failed(SecretOutcome.Unavailable, "AWS_REGION is no name of a region"));
        if ((context.Variable(variable) ?? context.Variable("AWS_ENDPOINT_URL")) is not { } address)
            return (new AwsPlace(region, new Uri($"https://{service}.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}/")), null);
        return Uri.TryCreate(address, UriKind.Absolute, out var endpoint) && IsSafe(endpoint)
            ? (new AwsPlace(region, endpoint), null)
            : (null, SecretReading.Failed(SecretOutcome.Unavailable, $"{variable} or AWS_ENDPOINT_URL is no https URL, and http is only for this machine"));
    }

    private static bool IsRegion(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= LongestRegion && text[0] != '-' && text[^1] != '-' && !text.ContainsAnyExcept(RegionCharacters);

    private static bool IsSafe(Uri endpoint) =>
        (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback))
        && endpoint.UserInfo.Length == 0 && endpoint.Query.Length == 0 && endpoint.Fragment.Length == 0;
}
