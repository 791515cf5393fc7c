using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Azure.Identity;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Secrets.Aws;
using Fabraix.Proxy.Secrets.AzureKeyVault;
using Microsoft.Identity.Client;

namespace Fabraix.Proxy.Tests.Secrets;

/// <summary>What the fakes do not say, or say only once in a process: MSAL remembers for a minute that Entra ID was out of order.</summary>
public sealed class CloudFailureTests
{
    private const string Quoted = "AADSTS or arn of somebody";

    [Theory]
    [InlineData("ResourceNotFoundException", "Absent")]
    [InlineData("ParameterVersionNotFound", "Absent")]
    [InlineData("ValidationException", "Absent")]
    [InlineData("InvalidRequestException", "Absent")]
    [InlineData("AccessDeniedException", "Forbidden")]
    [InlineData("UnrecognizedClientException", "Forbidden")]
    [InlineData("ExpiredTokenException", "Forbidden")]
    [InlineData("InvalidSignatureException", "Forbidden")]
    [InlineData("DecryptionFailure", "Forbidden")]
    [InlineData("com.amazonaws.ssm#InvalidKeyId", "Forbidden")]
    [InlineData("ThrottlingException", "Throttled")]
    [InlineData("SomethingNew", null)]
    [InlineData("", null)]
    public void AWS_says_by_the_errors_name(string type, string? outcome)
    {
        using var answer = JsonDocument.Parse(JsonSerializer.Serialize(new Dictionary<string, string> { ["__type"] = type, ["message"] = Quoted }));
        Assert.Equal(outcome, AwsFailure.OfName(AwsFailure.NameOf(answer.RootElement))?.Outcome.ToString());
    }

    public static TheoryData<Exception, string> SignInsToAws() => new()
    {
        { new AmazonClientException(Quoted, new AmazonServiceException(Quoted, ErrorType.Sender, "AccessDenied", "", HttpStatusCode.Forbidden)), "Forbidden" },
        { new AmazonClientException(Quoted, new AmazonServiceException(Quoted, ErrorType.Sender, "Throttling", "", HttpStatusCode.BadRequest)), "Throttled" },
        { new AmazonServiceException(Quoted, ErrorType.Receiver, "InternalFailure", "", HttpStatusCode.InternalServerError), "Unavailable" },
        { new AmazonServiceException(Quoted), "Unavailable" },
        { new AmazonServiceException(Quoted, new HttpRequestException(HttpRequestError.NameResolutionError)), "Unavailable" },
        { new AmazonClientException(Quoted), "Forbidden" },
        { new InvalidOperationException(Quoted, new FileNotFoundException(Quoted)), "Forbidden" },
        { new TaskCanceledException(Quoted), "TimedOut" },
        { new TimeoutException(Quoted), "TimedOut" },
    };

    [Theory]
    [MemberData(nameof(SignInsToAws))]
    public void A_sign_in_to_AWS_fails_by_its_cause(Exception failure, string outcome) => AssertOf(AwsFailure.OfSignIn(failure), outcome);

    public static TheoryData<Exception, string> SignInsToAzure() => new()
    {
        { new MsalServiceException("invalid_client", Quoted, 401), "Forbidden" },
        { new MsalServiceException("temporarily_unavailable", Quoted, 429), "Throttled" },
        { new MsalServiceException("server_error", Quoted, 503), "Unavailable" },
        { new HttpRequestException(HttpRequestError.ConnectionError, Quoted), "Unavailable" },
        { new AggregateException(Quoted, new InvalidOperationException(Quoted), new HttpRequestException(HttpRequestError.NameResolutionError, Quoted)), "Unavailable" },
        { new TaskCanceledException(Quoted), "TimedOut" },
        { new InvalidOperationException(Quoted), "Forbidden" },
    };

    [Theory]
    [MemberData(nameof(SignInsToAzure))]
    public void A_sign_in_to_Azure_fails_by_its_cause(Exception cause, string outcome) => AssertOf(KeyVaultFailure.Of(new AuthenticationFailedException(Quoted, cause)), outcome);

    [Fact]
    public void Azure_without_an_identity_is_forbidden() => AssertOf(KeyVaultFailure.Of(new CredentialUnavailableException(Quoted)), "Forbidden");

    [Fact]
    public void A_bug_is_left_to_the_reader() => Assert.Null(KeyVaultFailure.Of(new IOException()));

    private static void AssertOf(SecretReading? reading, string outcome)
    {
        Assert.NotNull(reading);
        Assert.Equal(outcome, reading.Outcome.ToString());
        Assert.DoesNotContain(Quoted, reading.Problem, StringComparison.Ordinal);
    }
}
