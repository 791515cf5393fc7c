using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Fabraix.TestKit.Stores;

/// <summary>
/// Checks an AWS Signature Version 4 as the service does: every step is done again from the bytes that came and from the
/// secret access key. (AWS: "Signature Version 4 signing process", canonical request, string to sign, signing key.)
/// </summary>
internal static partial class SignatureV4
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>Whose key signed the request; or the service's error code and a sentence.</summary>
    public static (AwsKey? Key, string Code, string Message) Judge(FakeRequest request, AwsAccount account, string service)
    {
        if (request.Header("Authorization") is not { } header) return Refuse("MissingAuthenticationTokenException", "Missing Authentication Token");
        if (Form().Match(header) is not { Success: true } match) return Refuse("IncompleteSignatureException", "The header is not one of AWS4-HMAC-SHA256");
        var scope = match.Groups["scope"].Value;
        var signed = match.Groups["headers"].Value.Split(';');
        if (account.Find(match.Groups["id"].Value) is not { } key || key.SessionToken != request.Header("X-Amz-Security-Token"))
            return Refuse("UnrecognizedClientException", "The security token included in the request is invalid.");
        if (key.Expires <= account.Time.GetUtcNow()) return Refuse("ExpiredTokenException", "The security token included in the request is expired");
        if (MissingAmong(signed, request) is { } missing) return Refuse("InvalidSignatureException", $"'{missing}' must be a 'SignedHeader' in the AWS Authorization.");
        if (request.Header("X-Amz-Date") is not { } date || !IsNow(date, account.Time)) return Refuse("InvalidSignatureException", "Signature expired or not yet current");
        if (scope != $"{date[..8]}/{AwsAccount.Region}/{service}/aws4_request") return Refuse("InvalidSignatureException", "Credential should be scoped to the date, region and service.");

        var toSign = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(Canonical(request, signed)))}";
        return Sign(key.Secret, scope, toSign) == match.Groups["signature"].Value
            ? (key, "", "")
            : Refuse("InvalidSignatureException", "The request signature we calculated does not match the signature you provided.");
    }

    private static (AwsKey? Key, string Code, string Message) Refuse(string code, string message) => (null, code, message);

    [GeneratedRegex("^AWS4-HMAC-SHA256 Credential=(?<id>[A-Z0-9]+)/(?<scope>[^,]+), ?SignedHeaders=(?<headers>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})$")]
    private static partial Regex Form();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();

    private static string? MissingAmong(string[] signed, FakeRequest request) =>
        request.Context.Request.Headers.Keys
            .Select(name => name.ToLowerInvariant())
            .Where(name => name == "host" || name.StartsWith("x-amz-", StringComparison.Ordinal))
            .FirstOrDefault(name => !signed.Contains(name));

    private static bool IsNow(string date, TimeProvider time) =>
        DateTimeOffset.TryParseExact(date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when)
        && (time.GetUtcNow() - when).Duration() <= Skew;

    private static string Canonical(FakeRequest request, string[] signed)
    {
        var query = string.Join('&', request.RawQuery.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Contains('=') ? pair : pair + "=").Order(StringComparer.Ordinal));
        var headers = string.Concat(signed.Select(name => $"{name}:{Spaces().Replace(request.Header(name)?.Trim() ?? "", " ")}\n"));
        return $"{request.Method}\n{request.RawPath}\n{query}\n{headers}\n{string.Join(';', signed)}\n{Hash(request.Body)}";
    }

    private static string Sign(string secret, string scope, string toSign)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope.Split('/')) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
