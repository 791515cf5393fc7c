using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Fabraix.Proxy.Secrets;

/// <summary>What a store, or whom it sends for an identity, answered over HTTP, or why it did not.</summary>
internal sealed class StoreAnswer
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private readonly byte[] _body;
    private readonly TimeSpan? _retryAfter;
    private readonly SecretReading? _failure;
    private readonly string _whom;
    private readonly HttpResponseHeaders? _headers;

    private StoreAnswer(int status, byte[] body, TimeSpan? retryAfter, SecretReading? failure, string whom, HttpResponseHeaders? headers) =>
        (Status, _body, _retryAfter, _failure, _whom, _headers) = (status, body, retryAfter, failure, whom, headers);

    /// <summary>The status, or 0 where there was no answer.</summary>
    public int Status { get; }

    public static StoreAnswer Of(int status, byte[] body, TimeSpan? retryAfter, string whom = "the store", HttpResponseHeaders? headers = null) =>
        new(status, body, retryAfter, failure: null, whom, headers);

    public static StoreAnswer Failed(SecretReading failure) => new(0, [], retryAfter: null, failure, "", headers: null);

    /// <summary>The one value of a header, or null.</summary>
    public string? Header(string name) => _headers is not null && _headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    /// <summary>Reads a 200's JSON; any other status by <see cref="Refused"/>. The bytes are wiped afterwards.</summary>
    /// <param name="read">What the document says; it may throw what <see cref="JsonElement"/> throws for a document that is not as documented.</param>
    public SecretReading Read(Func<JsonElement, SecretReading> read) => Status == 200 ? ReadBody(read) : Refused();

    /// <summary>Reads the JSON whatever the status.</summary>
    public SecretReading ReadBody(Func<JsonElement, SecretReading> read) => _failure ?? Parsed(read) ?? Undocumented();

    /// <summary>Reads a 200's JSON for what a sign-in brought. The bytes are wiped afterwards.</summary>
    /// <exception cref="NoIdentityException">It brought nothing.</exception>
    public T ReadIdentity<T>(Func<JsonElement, T> read)
        where T : class
    {
        if (Status != 200)
            throw NoIdentityException.Of(_failure ?? OfSignIn());
        return Parsed(read) ?? throw NoIdentityException.Of(Undocumented());
    }

    /// <summary>What a status other than 200 says, in the usual meaning of HTTP (RFC 9110 section 15).</summary>
    public SecretReading Refused() => _failure ?? OfStatus(Status, _retryAfter);

    public static SecretReading OfStatus(int status, TimeSpan? retryAfter) => status switch
    {
        401 => Failed(SecretOutcome.Forbidden, "the store does not accept the proxy's identity"),
        403 => Failed(SecretOutcome.Forbidden, "the proxy's identity may not read it"),
        404 => Failed(SecretOutcome.Absent, "the store has no such secret or version"),
        429 => Failed(SecretOutcome.Throttled, "the store wants to be asked less often") with { RetryAfter = retryAfter },
        >= 500 => Failed(SecretOutcome.Unavailable, Answered("the store", status)) with { RetryAfter = retryAfter },
        _ => Failed(SecretOutcome.Broken, Answered("the store", status)),
    };

    // Whatever a sign-in is refused for, a 404 included, the secret may be there.
    private SecretReading OfSignIn() => Status switch
    {
        429 => Failed(SecretOutcome.Throttled, $"{_whom} wants to be asked less often") with { RetryAfter = _retryAfter },
        >= 500 => Failed(SecretOutcome.Unavailable, Answered(_whom, Status)) with { RetryAfter = _retryAfter },
        _ => Failed(SecretOutcome.Forbidden, Answered(_whom, Status)),
    };

    private SecretReading Undocumented() => Failed(SecretOutcome.Broken, $"{_whom}'s answer is not what it documents");

    private T? Parsed<T>(Func<JsonElement, T> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(_body, Strict);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_body);
        }
    }

    private static SecretReading Failed(SecretOutcome outcome, string problem) => SecretReading.Failed(outcome, problem);

    private static string Answered(string whom, int status) => string.Create(CultureInfo.InvariantCulture, $"{whom} answered {status}");
}
