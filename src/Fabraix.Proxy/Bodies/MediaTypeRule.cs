namespace Fabraix.Proxy.Bodies;

/// <summary>Whether a Content-Type is JSON in UTF-8 (RFC 8259 section 8.1): application/json with no parameter but charset=utf-8.</summary>
internal static class MediaTypeRule
{
    private const string Json = "application/json";

    public static bool IsJson(string? contentType)
    {
        if (string.Equals(contentType, Json, StringComparison.Ordinal))
            return true;

        // RFC 9110 section 8.3.1: type "/" subtype *( OWS ";" OWS parameter ); white space anywhere else is not in the grammar.
        var text = contentType.AsSpan();
        var semicolon = text.IndexOf(';');
        var type = semicolon < 0 ? text : text[..semicolon].TrimEnd(" \t");
        if (!type.Equals(Json, StringComparison.OrdinalIgnoreCase))
            return false;
        var parameter = semicolon < 0 ? [] : text[(semicolon + 1)..].Trim(" \t");
        return parameter.IsEmpty
            || parameter.Equals("charset=utf-8", StringComparison.OrdinalIgnoreCase)
            || parameter.Equals("charset=\"utf-8\"", StringComparison.OrdinalIgnoreCase);
    }
}
