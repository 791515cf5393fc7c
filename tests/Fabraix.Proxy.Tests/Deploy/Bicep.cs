using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>A declaration of a Bicep file.</summary>
/// <param name="Kind"><c>param</c>, <c>var</c>, <c>resource</c>, <c>output</c> or <c>targetScope</c>.</param>
/// <param name="Name">Its symbol.</param>
/// <param name="Type">What stands between the name and the value: a type, or a resource's type with its version.</param>
/// <param name="Value">Its value or default, or null.</param>
internal sealed record BicepDeclaration(string Kind, string Name, string Type, BicepValue? Value);

/// <summary>A value: an object, a list, or any other expression as its text.</summary>
internal sealed record BicepValue(IReadOnlyDictionary<string, BicepValue>? Members, IReadOnlyList<BicepValue>? Items, string? Text)
{
    public BicepValue this[string path] => path.Split('.').Aggregate(this, (value, name) => value.Members![name]);
}

/// <summary>
/// Reads as much of Bicep's grammar as the templates of this repository use, and refuses what it does not know. It is no compiler: of a resource's properties it knows nothing.
/// https://learn.microsoft.com/azure/azure-resource-manager/bicep/file
/// </summary>
internal sealed partial class Bicep
{
    private static readonly string[] Kinds = ["targetScope", "param", "var", "resource", "output"];
    private static readonly string[] Operators = ["==", "!=", "&&", "||", "??", "<=", ">=", "<", ">", "+", "-", "?", ":"];

    private readonly IReadOnlyList<BicepToken> _tokens;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private int _at;

    private Bicep(string text) => _tokens = BicepLexer.Read(text);

    public IReadOnlyList<BicepDeclaration> Declarations { get; private set; } = [];

    /// <summary>Symbols that expressions name, functions not among them.</summary>
    public IReadOnlyCollection<string> Used => _used;

    private BicepToken Next => _tokens[_at];

    public static Bicep Parse(string text)
    {
        var bicep = new Bicep(text);
        bicep.Declarations = [.. bicep.ReadDeclarations()];
        return bicep;
    }

    private IEnumerable<BicepDeclaration> ReadDeclarations()
    {
        for (SkipLines(); Next.Kind != BicepToken.End; SkipLines())
        {
            while (Next.Is("@"))
            {
                Take("@");
                ReadExpression();
                SkipLines();
            }

            var kind = TakeWord();
            if (!Kinds.Contains(kind))
                throw Wrong($"'{kind}' declares nothing");
            var name = kind == "targetScope" ? "" : TakeWord();
            var type = kind switch { "param" or "output" => TakeWord(), "resource" => TakeString(), _ => "" };
            BicepValue? value = null;
            if (kind != "param" || Next.Is("="))
            {
                Take("=");
                value = ReadExpression();
            }

            if (Next.Kind is not (BicepToken.NewLine or BicepToken.End))
                throw Wrong("more stands after a declaration");
            yield return new(kind, name, type, value);
        }
    }

    private BicepValue ReadExpression()
    {
        var (start, first) = (_at, ReadOperand());
        var alone = true;
        while (Next.Kind == BicepToken.Sign && Operators.Contains(Next.Text))
        {
            alone = false;
            _at++;
            ReadOperand();
        }

        return alone && (first.Members ?? (object?)first.Items) is not null ? first : new(null, null, string.Concat(_tokens.Skip(start).Take(_at - start).Select(Shown)));
    }

    private BicepValue ReadOperand()
    {
        if (Next.Is("!"))
            _at++;
        if (Next.Is("{"))
            return ReadObject();
        if (Next.Is("["))
            return ReadList();
        if (Next.Kind is BicepToken.String)
            Interpolated(TakeString());
        else if (Next.Kind is BicepToken.Number)
            _at++;
        else
            ReadPath();
        return new(null, null, "");
    }

    /// <summary>A symbol or a call, and what is taken out of it.</summary>
    private void ReadPath()
    {
        var name = TakeWord();
        if (Next.Is("("))
            ReadArguments();
        else if (name is not ("true" or "false" or "null"))
            _used.Add(name);
        while (Next.Is("."))
        {
            Take(".");
            TakeWord();
            if (Next.Is("("))
                ReadArguments();
        }
    }

    private void ReadArguments()
    {
        Take("(");
        while (!Next.Is(")"))
        {
            ReadExpression();
            if (!Next.Is(")"))
                Take(",");
        }

        Take(")");
    }

    private BicepValue ReadObject()
    {
        var members = new Dictionary<string, BicepValue>(StringComparer.Ordinal);
        Take("{");
        for (SkipLines(); !Next.Is("}"); SkipLines())
        {
            var name = Next.Kind == BicepToken.String ? Interpolated(TakeString()) : TakeWord();
            Take(":");
            if (!members.TryAdd(name, ReadExpression()))
                throw Wrong($"'{name}' stands twice");
            if (!Next.Is("}") && Next.Kind != BicepToken.NewLine)
                throw Wrong("a member needs a line of its own");
        }

        Take("}");
        return new(members, null, null);
    }

    private BicepValue ReadList()
    {
        var items = new List<BicepValue>();
        Take("[");
        for (SkipLines(); !Next.Is("]"); SkipLines())
        {
            items.Add(ReadExpression());
            if (Next.Is(","))
                Take(",");
            else if (!Next.Is("]") && Next.Kind != BicepToken.NewLine)
                throw Wrong("an item needs a line of its own, or a comma");
        }

        Take("]");
        return new(null, items, null);
    }

    private string Interpolated(string text)
    {
        foreach (Match hole in Hole().Matches(text))
        {
            var inner = new Bicep(hole.Groups[1].Value);
            inner.ReadExpression();
            if (inner.Next.Kind != BicepToken.End)
                throw Wrong("a string has more than an expression in it");
            _used.UnionWith(inner._used);
        }

        return text;
    }

    private void SkipLines()
    {
        while (Next.Kind == BicepToken.NewLine) _at++;
    }

    private void Take(string sign) => _at += Next.Is(sign) ? 1 : throw Wrong($"'{sign}' is expected");

    private string TakeWord() => Next.Kind == BicepToken.Word ? _tokens[_at++].Text : throw Wrong("a name is expected");

    private string TakeString() => Next.Kind == BicepToken.String ? _tokens[_at++].Text : throw Wrong("a string is expected");

    private FormatException Wrong(string what) => new($"Line {Next.Line}: {what}.");

    private static string Shown(BicepToken token) => token.Kind == BicepToken.String ? $"'{token.Text}'" : token.Text;

    [GeneratedRegex(@"\$\{([^}]*)\}")]
    private static partial Regex Hole();
}
