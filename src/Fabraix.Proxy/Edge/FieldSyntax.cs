using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace Fabraix.Proxy.Edge;

/// <summary>The grammar of header fields, for both directions.</summary>
internal static class FieldSyntax
{
    // RFC 9110 section 5.6.2, less "_": gateways that turn names into CGI variables cannot tell a_b from a-b.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // RFC 9110 section 5.5: CTLs other than HTAB have no place in a value.
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7F).Where(c => c != '\t').Select(c => (char)c)]);

    public static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    public static bool IsValue(string? value) => !value.AsSpan().ContainsAny(Controls);

    public static bool AreValues(StringValues values)
    {
        foreach (var value in values)
        {
            if (!IsValue(value))
                return false;
        }

        return true;
    }

    /// <summary>Whether no value begins or ends with a space or TAB.</summary>
    public static bool AreTrimmed(StringValues values)
    {
        foreach (var value in values)
        {
            if (value is [' ' or '\t', ..] or [.., ' ' or '\t'])
                return false;
        }

        return true;
    }
}
