namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>A piece of a Bicep file. Strings keep what <c>${…}</c> stands in them.</summary>
internal sealed record BicepToken(char Kind, string Text, int Line)
{
    public const char Word = 'w', Number = 'n', String = 's', Sign = 'x', NewLine = '\n', End = '$';

    public bool Is(string text) => Kind is Word or Sign && Text == text;
}

/// <summary>Takes a Bicep file apart, without what the templates of this repository do not use: block comments and multi-line strings.</summary>
internal static class BicepLexer
{
    private const string Signs = "{}[]():,.=?@!<>&|+-";

    private static readonly string[] Twins = ["==", "!=", "&&", "||", "??", "<=", ">="];

    public static IReadOnlyList<BicepToken> Read(string text)
    {
        var (tokens, line) = (new List<BicepToken>(), 1);
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            var c = text[i];
            if (c == '\n')
            {
                tokens.Add(new(BicepToken.NewLine, "", line++));
                i++;
            }
            else if (c is ' ' or '\r')
                i++;
            else if (c == '/' && text.AsSpan(i).StartsWith("//"))
                i = text.IndexOf('\n', i) is >= 0 and var end ? end : text.Length;
            else if (c == '\'')
            {
                i = EndOfString(text, i, line);
                tokens.Add(new(BicepToken.String, text[(start + 1)..(i - 1)], line));
            }
            else if (char.IsAsciiLetter(c) || c == '_')
            {
                while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == '_')) i++;
                tokens.Add(new(BicepToken.Word, text[start..i], line));
            }
            else if (char.IsAsciiDigit(c))
            {
                while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
                tokens.Add(new(BicepToken.Number, text[start..i], line));
            }
            else if (Signs.Contains(c, StringComparison.Ordinal))
            {
                i += Twins.Contains(text.Substring(i, Math.Min(2, text.Length - i))) ? 2 : 1;
                tokens.Add(new(BicepToken.Sign, text[start..i], line));
            }
            else
                throw new FormatException($"Line {line}: '{c}' is not understood.");
        }

        return [.. tokens, new(BicepToken.End, "", line)];
    }

    private static int EndOfString(string text, int i, int line)
    {
        for (i++; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\'')
                return i + 1;
            if (text[i] == '\\')
                i++;
            else if (text[i] == '$' && i + 1 < text.Length && text[i + 1] == '{')
                i = text.IndexOf('}', i) is >= 0 and var close ? close : text.Length;
        }

        throw new FormatException($"Line {line}: a string does not end.");
    }
}
