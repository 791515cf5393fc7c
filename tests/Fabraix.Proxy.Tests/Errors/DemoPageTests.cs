using System.Text.RegularExpressions;
using Fabraix.Proxy.Errors;

namespace Fabraix.Proxy.Tests.Errors;

/// <summary>The demo page of the sandbox names a step for every code: for all that there are, and for no other.</summary>
public sealed partial class DemoPageTests
{
    [Fact]
    public void Knows_the_codes_of_the_proxy_and_no_other()
    {
        var script = File.ReadAllText(Repository.File("src", "Fabraix.Sandbox", "Page", "app", "steps.js"));
        var table = script[script.IndexOf("stepOfCode = {", StringComparison.Ordinal)..script.IndexOf("};", StringComparison.Ordinal)];

        Assert.Equal(ProxyError.All.Select(error => error.Code).Order(StringComparer.Ordinal), Code().Matches(table).Select(code => code.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("([a-z_]+): \"")]
    private static partial Regex Code();
}
