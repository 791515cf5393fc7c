namespace Fabraix.Proxy.Tests.Architecture;

public sealed class FileSizeTests
{
    private const int LongestFile = 300;
    private const int LongestMember = 50;
    private const int LongestProgram = 25;

    [Fact]
    public void No_file_is_longer_than_300_lines() =>
        Assert.DoesNotContain(SourceFile.All, file => file.Lines.Count > LongestFile);

    [Fact]
    public void No_method_is_longer_than_50_lines() =>
        Assert.Empty(SourceFile.All.SelectMany(file => Members.Of(file.Lines).Where(member => member.Lines > LongestMember).Select(member => $"{file.Path}: {member.Head} ({member.Lines})")));

    [Fact]
    public void Program_is_no_longer_than_25_lines() =>
        Assert.InRange(Assert.Single(SourceFile.All, file => file.Path == "Program.cs").Lines.Count, 1, LongestProgram);

    [Fact]
    public void Counts_a_member_from_its_name_to_its_last_line()
    {
        string[] file =
        [
            "using System;",
            "",
            "/// <summary>Not counted.</summary>",
            "internal sealed partial class A(int one)",
            "{",
            "    private readonly int _one = one;",
            "",
            "    public A()",
            "        : this(1)",
            "    {",
            "    }",
            "",
            "    /// <summary>The next one's.</summary>",
            "    [Obsolete]",
            "    public int Two() =>",
            "        _one switch",
            "        {",
            "            1 => 2,",
            "",
            "            _ => 3,",
            "        };",
            "",
            "    private static class B",
            "    {",
            "        public static void Three()",
            "        {",
            "        }",
            "    }",
            "}",
        ];

        Assert.Equal(
            [("using System;", 1), ("private readonly int _one = one;", 1), ("public A()", 4), ("public int Two() =>", 7), ("public static void Three()", 3)],
            Members.Of(file));
    }
}
