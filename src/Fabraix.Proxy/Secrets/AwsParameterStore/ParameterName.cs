using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Secrets.AwsParameterStore;

/// <summary>A parameter by its path, plain name or ARN, and perhaps one version of it: <c>/path/name[:version]</c>.</summary>
/// <param name="Selected">The parameter with its version, as the service takes both in one.</param>
/// <param name="Region">The region that the ARN names, or null.</param>
internal sealed partial record ParameterName(string Selected, string? Region)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out ParameterName? name)
    {
        var match = Form().Match(text);
        name = match.Success ? new ParameterName(text, match.Groups["region"] is { Success: true } region ? region.Value : null) : null;
        return match.Success && text.Length <= Longest;
    }

    // Length and characters: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
    private const int Longest = 2048;

    [GeneratedRegex(@"\A(arn:aws[a-z-]*:ssm:(?<region>[a-z0-9][a-z0-9-]{0,30}[a-z0-9]):[0-9]{12}:parameter/|/)?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*(:[1-9][0-9]{0,17})?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
