using Microsoft.Net.Http.Headers;

namespace Fabraix.Proxy.Bodies;

/// <summary>Whether a Content-Type is JSON in UTF-8 (RFC 8259 section 8.1): application/json with no parameter but charset=utf-8.</summary>
internal static class MediaTypeRule
{
    private const string Json = "application/json";

    public static bool IsJson(string? contentType)
    {
        if (string.Equals(contentType, Json, StringComparison.Ordinal))
            return true;
        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
            && type.Parameters.Count <= 1
            && type.Parameters.All(parameter => parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase)
                && parameter.GetUnescapedValue().Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }
}
