using System.Text.Json;
using Amazon.Runtime;

namespace Fabraix.Proxy.Secrets.Aws;

/// <summary>Why there is no secret, in our own words: AWS's messages name accounts, roles and resources.</summary>
internal static class AwsFailure
{
    /// <summary>Whether a refusal is about the keys that signed, so that others may be taken.</summary>
    public static bool IsOfKeys(string? error) => error is "ExpiredToken" or "ExpiredTokenException" or "UnrecognizedClientException" or "InvalidClientTokenId";

    /// <summary>The error's name: <c>__type</c>, without the namespace in front (AWS JSON 1.1 protocol, "operation error serialization").</summary>
    public static string? NameOf(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("__type", out var type) && type.ValueKind == JsonValueKind.String
            ? type.GetString()!.Split('#')[^1]
            : null;

    /// <summary>What a refusal by name means, or null for a name that says nothing here.</summary>
    public static SecretReading? OfName(string? error) => error switch
    {
        "ResourceNotFoundException" or "ParameterNotFound" or "ParameterVersionNotFound" => Failed(SecretOutcome.Absent, "the store has no such secret or version"),
        "ValidationException" or "InvalidParameterException" => Failed(SecretOutcome.Absent, "the store does not take this name"),
        "InvalidRequestException" => Failed(SecretOutcome.Absent, "it is marked for deletion, or its state does not allow reading"),
        "AccessDeniedException" => Failed(SecretOutcome.Forbidden, "the proxy's identity may not read it"),
        _ when IsOfKeys(error) => Failed(SecretOutcome.Forbidden, "AWS does not know the proxy's credentials, or they have expired"),
        "InvalidSignatureException" or "SignatureDoesNotMatch" => Failed(SecretOutcome.Forbidden, "AWS does not accept the signature: the secret access key or the clock is wrong"),
        "IncompleteSignatureException" or "MissingAuthenticationTokenException" or "OptInRequired" or "NotAuthorized" => Failed(SecretOutcome.Forbidden, "the store does not accept the proxy's identity"),
        // What an operator has to mend is the key's state or its policy; the secret itself is whole.
        "DecryptionFailure" or "InvalidKeyId" or "KMSAccessDeniedException" => Failed(SecretOutcome.Forbidden, "the KMS key that protects it cannot be used"),
        "ThrottlingException" or "Throttling" or "ThrottledException" or "TooManyRequestsException" or "RequestLimitExceeded" => Failed(SecretOutcome.Throttled, "the store wants to be asked less often"),
        _ => null,
    };

    /// <summary>What a failure of the SDK's chain means.</summary>
    public static SecretReading OfSignIn(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            switch (cause)
            {
                case HttpRequestException e:
                    var why = StoreHttp.Why(e);
                    return Failed(why.Outcome, $"signing in to AWS failed: {why.Problem}");
                case TimeoutException or OperationCanceledException:
                    return Failed(SecretOutcome.TimedOut, "signing in to AWS took too long");
                case AmazonServiceException { StatusCode: not 0 } e:
                    return OfSts(e);
                default:
                    continue;
            }

        return exception switch
        {
            // A container's endpoint, or an instance's: their part of the SDK keeps the cause to itself.
            AmazonServiceException => Failed(SecretOutcome.Unavailable, "the endpoint for AWS credentials gives none"),
            AmazonClientException => Failed(SecretOutcome.Forbidden, "the proxy has no AWS identity here"),
            _ => Failed(SecretOutcome.Forbidden, $"the proxy's AWS identity cannot be used ({exception.GetType().Name})"),
        };
    }

    private static SecretReading OfSts(AmazonServiceException exception) => (int)exception.StatusCode >= 500
        ? Failed(SecretOutcome.Unavailable, "AWS STS is out of order")
        : OfName(exception.ErrorCode) is { Outcome: SecretOutcome.Throttled } throttled
            ? throttled
            : Failed(SecretOutcome.Forbidden, "AWS STS does not accept the proxy's identity, or not for this role");

    private static SecretReading Failed(SecretOutcome outcome, string problem) => SecretReading.Failed(outcome, problem);
}
