using System.Globalization;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace Fabraix.Proxy.Secrets.Aws;

/// <summary>Signature Version 4 of a POST without a query: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html</summary>
internal static class AwsSignature
{
    public static void Add(HttpRequestMessage request, byte[] body, ImmutableCredentials keys, string service, string region, DateTimeOffset now)
    {
        request.Headers.Add("X-Amz-Date", now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        if (!string.IsNullOrEmpty(keys.Token))
            request.Headers.Add("X-Amz-Security-Token", keys.Token);

        var uri = request.RequestUri!;
        var headers = request.Headers.Concat(request.Content!.Headers)
            .Select(header => (Name: header.Key.ToLowerInvariant(), Value: string.Join(',', header.Value)))
            .Where(header => header.Name == "content-type" || header.Name.StartsWith("x-amz-", StringComparison.Ordinal))
            .Append((Name: "host", Value: uri.Authority))
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .ToList();
        var names = string.Join(';', headers.Select(header => header.Name));
        var lines = string.Concat(headers.Select(header => $"{header.Name}:{header.Value}\n"));
        var canonical = $"POST\n{uri.AbsolutePath}\n\n{lines}\n{names}\n{Convert.ToHexStringLower(SHA256.HashData(body))}";
        var signed = AWS4Signer.ComputeSignature(keys, region, now.UtcDateTime, service, names, canonical);
        request.Headers.TryAddWithoutValidation("Authorization", signed.ForAuthorizationHeader);
    }
}
