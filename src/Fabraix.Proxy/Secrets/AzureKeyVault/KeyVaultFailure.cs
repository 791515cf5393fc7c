using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Identity;
using Microsoft.Identity.Client;

namespace Fabraix.Proxy.Secrets.AzureKeyVault;

/// <summary>Why there is no secret, in our own words: messages of the library may quote tenants, assertions and what the service said.</summary>
internal static class KeyVaultFailure
{
    /// <summary>What an exception of the library means, or null for one that is not its word for a failure.</summary>
    public static SecretReading? Of(Exception exception) => exception switch
    {
        AuthenticationFailedException e => OfSignIn(e),
        RequestFailedException { Status: 0 } e => OfConnection(e),
        RequestFailedException e when IsDisabled(e) => SecretReading.Failed(SecretOutcome.Disabled, "this version of it is disabled"),
        RequestFailedException e => StoreAnswer.OfStatus(e.Status, RetryAfter(e)),
        AggregateException e => OfConnection(e),
        JsonException or InvalidOperationException or KeyNotFoundException or FormatException => SecretReading.Failed(SecretOutcome.Broken, "the store's answer is not what it documents"),
        _ => null,
    };

    private static SecretReading OfSignIn(AuthenticationFailedException exception)
    {
        foreach (var cause in Causes(exception))
            switch (cause)
            {
                case HttpRequestException e:
                    return Elsewhere(StoreHttp.Why(e));
                case OperationCanceledException:
                    return SecretReading.Failed(SecretOutcome.TimedOut, "Entra ID did not answer in time");
                case MsalServiceException { StatusCode: 429 } e:
                    return SecretReading.Failed(SecretOutcome.Throttled, "Entra ID wants to be asked less often") with { RetryAfter = e.Headers?.RetryAfter?.Delta };
                case MsalServiceException { StatusCode: >= 500 }:
                case RequestFailedException { Status: >= 500 }:
                    return SecretReading.Failed(SecretOutcome.Unavailable, "Entra ID is out of order");
                default:
                    continue;
            }

        return SecretReading.Failed(SecretOutcome.Forbidden, exception is CredentialUnavailableException
            ? "the proxy has no Azure identity here"
            : "Entra ID does not accept the proxy's identity");

        static SecretReading Elsewhere(SecretReading why) => SecretReading.Failed(why.Outcome, $"signing in to Entra ID failed: {why.Problem}");
    }

    private static SecretReading OfConnection(Exception exception) =>
        Causes(exception).OfType<HttpRequestException>().FirstOrDefault() is { } cause
            ? StoreHttp.Why(cause)
            : SecretReading.Failed(SecretOutcome.Unavailable, "the store could not be reached");

    // Key Vault says 403 for it: https://learn.microsoft.com/azure/key-vault/general/rest-error-codes#http-403-insufficient-permissions
    private static bool IsDisabled(RequestFailedException exception)
    {
        if (exception.Status != StatusCodes.Status403Forbidden || exception.GetRawResponse() is not { ContentStream: not null } response)
            return false;
        try
        {
            using var body = JsonDocument.Parse(response.Content);
            return body.RootElement.GetProperty("error").GetProperty("innererror").GetProperty("code").ValueEquals("SecretDisabled");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // A gateway's own 403, or one without a reason.
            return false;
        }
    }

    private static TimeSpan? RetryAfter(RequestFailedException exception) =>
        exception.GetRawResponse() is { } response
        && response.Headers.TryGetValue("Retry-After", out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        yield return exception;
        var inner = exception is AggregateException many ? many.InnerExceptions : exception.InnerException is { } one ? [one] : (IEnumerable<Exception>)[];
        foreach (var cause in inner.SelectMany(Causes))
            yield return cause;
    }
}
