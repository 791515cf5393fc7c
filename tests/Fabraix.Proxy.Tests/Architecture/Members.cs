using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Tests.Architecture;

/// <summary>
/// Finds the members of a file by their indentation, which <c>dotnet format</c> keeps: a member begins at the depth of its type
/// and lasts until the next one. What a local function or a lambda takes counts as its method's.
/// </summary>
internal static partial class Members
{
    private const int Step = 4;

    /// <summary>Each member's first line and how many lines it has, from its name to its last line.</summary>
    public static IEnumerable<(string Head, int Lines)> Of(IReadOnlyList<string> lines) => Of(lines, 0, lines.Count, depth: 0);

    private static IEnumerable<(string Head, int Lines)> Of(IReadOnlyList<string> lines, int from, int to, int depth)
    {
        var starts = Enumerable.Range(from, to - from).Where(i => Begins(lines[i], depth)).ToList();
        for (var n = 0; n < starts.Count; n++)
        {
            var (start, next) = (starts[n], n + 1 < starts.Count ? starts[n + 1] : to);
            if (!IsType().IsMatch(lines[start]))
            {
                yield return (lines[start].Trim(), Enumerable.Range(start, next - start).Last(i => Belongs(lines[i], depth)) - start + 1);
                continue;
            }

            foreach (var member in Of(lines, start + 1, next, depth + Step))
                yield return member;
        }
    }

    private static bool Begins(string line, int depth) =>
        line.TakeWhile(c => c == ' ').Count() == depth && line.Length > depth && (char.IsLetter(line[depth]) || line[depth] == '~');

    /// <summary>A comment or an attribute at the member's own depth is the next member's.</summary>
    private static bool Belongs(string line, int depth) =>
        line.Trim().Length > 0 && !(line.TakeWhile(c => c == ' ').Count() == depth && line[depth] is '/' or '[' or '#') && line.TakeWhile(c => c == ' ').Count() >= depth;

    [GeneratedRegex(@"^\s*(?!using\b)(?:[a-z]+ )*(?:class|struct|interface|enum|record(?: struct| class)?) [A-Z]")]
    private static partial Regex IsType();
}
