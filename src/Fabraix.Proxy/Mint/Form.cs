using System.Net;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Fabraix.Proxy.Mint;

/// <summary>The parameters of a request: application/x-www-form-urlencoded in UTF-8 (RFC 6749 appendix B), each at most once.</summary>
internal sealed class Form
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, string> _values;

    private Form(Dictionary<string, string> values) => _values = values;

    /// <summary>A parameter, or null where it is absent or without a value, which is the same (RFC 6749 section 3.2).</summary>
    public string? this[string name] => _values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Whether a parameter came, be it without a value.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>Reads the body, whose size the listener bounds, in at most ten seconds.</summary>
    public static async Task<(Form? Form, OAuthError? Error)> ReadAsync(HttpRequest request, TimeProvider time)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) || request.Headers.ContentEncoding.Count > 0)
            return (null, OAuthError.Request("Send the parameters in the body as application/x-www-form-urlencoded in UTF-8, without Content-Encoding.", StatusCodes.Status415UnsupportedMediaType));

        using var limit = new CancellationTokenSource(Longest, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, request.HttpContext.RequestAborted);
        using var body = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(body, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return (null, OAuthError.Request("Send the body within 10 seconds.", StatusCodes.Status408RequestTimeout));
        }
        catch (BadHttpRequestException e)
        {
            return (null, OAuthError.Request("Send a body of at most 16 KiB, well framed.", e.StatusCode));
        }

        return Parse(body.ToArray());
    }

    internal static (Form? Form, OAuthError? Error) Parse(byte[] body)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in Encoding.Latin1.GetString(body).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? (Decoded(pair[..at]), Decoded(pair[(at + 1)..])) : (Decoded(pair), "");
            if (name is null || value is null)
                return (null, OAuthError.Request("Encode each parameter as a form does: a percent sign with two hex digits for each byte of UTF-8."));
            if (!values.TryAdd(name, value))
                return (null, OAuthError.Request("Send each parameter once."));
        }

        return (new Form(values), null);
    }

    private static string? Decoded(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                return null;
        }

        try
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            return Utf8.GetString(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length)!);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
