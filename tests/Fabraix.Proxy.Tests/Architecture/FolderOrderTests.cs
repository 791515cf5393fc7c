using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Tests.Architecture;

/// <summary>
/// A folder uses earlier ones, never a later one; so there is no circle either. The files beside <c>ProxyHost.cs</c> are left out:
/// they put everything together, and the commands start them, so that those two use each other on purpose.
/// </summary>
public sealed partial class FolderOrderTests
{
    private const string Top = SourceFile.Top;
    private const string Commands = "Commands";

    // What serves all, then the way of a request, then what has no part in it. RateLimiting stands where its last step does, since its
    // steps count in the same windows. Secrets, Redis and Facts serve all: they do not know what for.
    private static readonly string[] Order =
    [
        "Errors", "Telemetry", "Configuration", "Pipeline", "Tls", "Secrets", "Redis", "Facts",
        "Edge", "Routes", "Browser", "Tokens", "Authorization", "Bodies", "Circuit", "Keys", "RateLimiting", "Forwarding",
        "Mint", "Health", "Status", Commands,
    ];

    private static readonly ILookup<string, string> TypesOf = typeof(ProxyHost).Assembly.GetTypes()
        .Where(type => !type.IsNested && type.Namespace?.StartsWith("Fabraix.Proxy", StringComparison.Ordinal) is true && !type.Name.Contains('<', StringComparison.Ordinal))
        .ToLookup(type => type.Namespace!.Split('.').ElementAtOrDefault(2) ?? Top, type => type.Name);

    [Fact]
    public void Has_a_place_for_every_folder() =>
        Assert.Equal(SourceFile.All.Select(file => file.Folder).Where(folder => folder != Top).Distinct().Order(StringComparer.Ordinal), Order.Order(StringComparer.Ordinal));

    [Fact]
    public async Task Is_the_order_in_which_a_request_meets_their_last_steps()
    {
        var walked = (await Pipelines.StepsAsync()).Select(step => step.GetType().Namespace!.Split('.')[2]).ToList();

        Assert.Equal(Order.Where(walked.Contains), Order.Where(walked.Contains).OrderBy(walked.LastIndexOf));
    }

    [Fact]
    public void No_folder_uses_a_later_one() => Assert.Empty(
        from file in SourceFile.All
        where file.Folder != Top
        from used in Uses(file)
        where Array.IndexOf(Order, used) > Array.IndexOf(Order, file.Folder)
        select $"{file.Path} uses {used}");

    [Fact]
    public void Only_commands_use_the_files_at_the_top() => Assert.Empty(
        from file in SourceFile.All
        where file.Folder is not (Top or Commands)
        from type in TypesOf[Top]
        where Regex.IsMatch(file.Code, $@"(?<![\w.]){type}\b")
        select $"{file.Path} uses {type}");

    [Fact]
    public void Sees_a_use_by_its_using_and_by_a_name_without_one()
    {
        Assert.Equal(["Keys", "Tokens"], Uses(new SourceFile("Edge/A.cs", "using Fabraix.Proxy.Keys;\nusing static Fabraix.Proxy.Tokens.CompactJws;\n// Fabraix.Proxy.Health\n")));
        Assert.Equal(["Routes"], Uses(new SourceFile("Edge/A.cs", "namespace Fabraix.Proxy.Edge;\nvar a = Routes.RouteRule.B; var b = settings.Keys.KeySlot; var c = \"Health.Readiness\";\n")));
    }

    private static IEnumerable<string> Uses(SourceFile file) => Order
        .Where(folder => folder != file.Folder)
        .Where(folder => Regex.IsMatch(file.Code, $@"\bFabraix\.Proxy\.{folder}\b")
            || Names().Matches(file.Code).Any(name => name.Groups["folder"].Value == folder && TypesOf[folder].Contains(name.Groups["type"].Value)))
        .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"(?<![\w.])(?<folder>[A-Z]\w*)\.(?:[A-Z]\w*\.)*?(?<type>[A-Z]\w*)")]
    private static partial Regex Names();
}
