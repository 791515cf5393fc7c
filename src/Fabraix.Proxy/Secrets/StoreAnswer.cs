using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Fabraix.Proxy.Secrets;

/// <summary>What a store answered over HTTP, or why it did not.</summary>
internal sealed class StoreAnswer
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private readonly byte[] _body;
    private readonly TimeSpan? _retryAfter;
    private readonly SecretReading? _failure;

    private StoreAnswer(int status, byte[] body, TimeSpan? retryAfter, SecretReading? failure) =>
        (Status, _body, _retryAfter, _failure) = (status, body, retryAfter, failure);

    /// <summary>The status, or 0 where there was no answer.</summary>
    public int Status { get; }

    public static StoreAnswer Of(int status, byte[] body, TimeSpan? retryAfter) => new(status, body, retryAfter, failure: null);

    public static StoreAnswer Failed(SecretReading failure) => new(0, [], retryAfter: null, failure);

    /// <summary>Reads a 200's JSON; any other status by <see cref="Refused"/>. The bytes are wiped afterwards.</summary>
    /// <param name="read">What the document says; it may throw what <see cref="JsonElement"/> throws for a document that is not as documented.</param>
    public SecretReading Read(Func<JsonElement, SecretReading> read) => Status == 200 ? ReadBody(read) : Refused();

    /// <summary>Reads the JSON whatever the status.</summary>
    public SecretReading ReadBody(Func<JsonElement, SecretReading> read)
    {
        if (_failure is not null)
            return _failure;
        try
        {
            using var document = JsonDocument.Parse(_body, Strict);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return SecretReading.Failed(SecretOutcome.Broken, "the store's answer is not what it documents");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_body);
        }
    }

    /// <summary>What a status other than 200 says, in the usual meaning of HTTP (RFC 9110 section 15).</summary>
    public SecretReading Refused() => _failure ?? OfStatus(Status, _retryAfter);

    public static SecretReading OfStatus(int status, TimeSpan? retryAfter) => status switch
    {
        401 => Failed(SecretOutcome.Forbidden, "the store does not accept the proxy's identity"),
        403 => Failed(SecretOutcome.Forbidden, "the proxy's identity may not read it"),
        404 => Failed(SecretOutcome.Absent, "the store has no such secret or version"),
        429 => Failed(SecretOutcome.Throttled, "the store wants to be asked less often") with { RetryAfter = retryAfter },
        >= 500 => Failed(SecretOutcome.Unavailable, Answered(status)) with { RetryAfter = retryAfter },
        _ => Failed(SecretOutcome.Broken, Answered(status)),
    };

    private static SecretReading Failed(SecretOutcome outcome, string problem) => SecretReading.Failed(outcome, problem);

    private static string Answered(int status) => string.Create(CultureInfo.InvariantCulture, $"the store answered {status}");
}
