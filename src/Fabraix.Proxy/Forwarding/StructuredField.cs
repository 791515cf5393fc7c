using System.Buffers;
using System.Globalization;

namespace Fabraix.Proxy.Forwarding;

/// <summary>
/// Reads a structured field (RFC 9651 section 4.2) from left to right, as strictly as that says: what is malformed anywhere is nothing. Of values only
/// integers are kept; all other types are checked and passed over.
/// </summary>
internal ref struct StructuredField(ReadOnlySpan<char> text)
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.*");
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~:/");
    private static readonly SearchValues<char> Base64Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    private ReadOnlySpan<char> _rest = text.Trim(' ');

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Between two members of a list or dictionary; a comma at the end is malformed.</summary>
    public bool TryComma()
    {
        _rest = _rest.TrimStart(" \t");
        if (!TrySkip(','))
            return false;
        _rest = _rest.TrimStart(" \t");
        return !IsAtEnd || Fail();
    }

    /// <summary>A string; what is between its quotes comes as it is written.</summary>
    public bool TryString(out ReadOnlySpan<char> value)
    {
        value = default;
        if (!TrySkip('"'))
            return false;
        for (var i = 0; i < _rest.Length; i++)
        {
            if (_rest[i] == '"')
            {
                value = Take(i);
                return TrySkip('"');
            }

            var escaped = _rest[i] == '\\';
            if (_rest[i] is < ' ' or > '~' || (escaped && (++i == _rest.Length || _rest[i] is not ('"' or '\\'))))
                return false;
        }

        return false;
    }

    /// <summary>The next parameter; false at the end of them, or where they are malformed, which the next reading then finds out.</summary>
    public bool TryParameter(out ReadOnlySpan<char> key, out long? integer)
    {
        key = default;
        integer = null;
        if (!TrySkip(';'))
            return false;
        _rest = _rest.TrimStart(' ');
        return TryMember(out key, out integer);
    }

    /// <summary>A key with its value, as in a dictionary; without a value it is true.</summary>
    public bool TryMember(out ReadOnlySpan<char> key, out long? integer)
    {
        key = default;
        integer = null;
        if (_rest.IsEmpty || !(char.IsAsciiLetterLower(_rest[0]) || _rest[0] == '*'))
            return Fail();
        key = Take(KeyCharacters);
        return !TrySkip('=') || TryBareItem(out integer) || Fail();
    }

    private bool TryBareItem(out long? integer)
    {
        integer = null;
        switch (_rest.IsEmpty ? '\0' : _rest[0])
        {
            case '"':
                return TryString(out _);
            case ':':
                return TrySkip(':') && Take(Base64Characters).Length >= 0 && TrySkip(':');
            case '?':
                return TrySkip('?') && (TrySkip('0') || TrySkip('1'));
            case '@':
                return TrySkip('@') && TryNumber(out _);
            case '%':
                return TrySkip('%') && TryString(out _);
            case '-' or (>= '0' and <= '9'):
                return TryNumber(out integer);
            case '*' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                Take(TokenCharacters);
                return true;
            default:
                return false;
        }
    }

    /// <summary>An integer of at most 15 digits, or a decimal, which is none.</summary>
    private bool TryNumber(out long? integer)
    {
        integer = null;
        var negative = TrySkip('-');
        var digits = Digits();
        if (digits.Length is 0 or > 15)
            return false;
        if (TrySkip('.'))
            return digits.Length <= 12 && Digits().Length is >= 1 and <= 3;
        var number = long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        integer = negative ? -number : number;
        return true;
    }

    private ReadOnlySpan<char> Digits()
    {
        var end = _rest.IndexOfAnyExceptInRange('0', '9');
        return Take(end < 0 ? _rest.Length : end);
    }

    private ReadOnlySpan<char> Take(SearchValues<char> characters)
    {
        var end = _rest.IndexOfAnyExcept(characters);
        return Take(end < 0 ? _rest.Length : end);
    }

    private ReadOnlySpan<char> Take(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private bool TrySkip(char character)
    {
        if (_rest.IsEmpty || _rest[0] != character)
            return false;
        _rest = _rest[1..];
        return true;
    }

    // Neither at the end nor at a comma: whoever goes on reading finds nothing that fits.
    private bool Fail()
    {
        _rest = "\0";
        return false;
    }
}
