using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Secrets.AwsSecretsManager;

/// <summary>A secret by its name or ARN, and perhaps the staging label of the version to read: <c>ARN-or-NAME[?stage=S]</c>.</summary>
/// <param name="Secret">The name or the ARN.</param>
/// <param name="Region">The region that the ARN names, or null.</param>
/// <param name="Stage">The label, or null for AWSCURRENT.</param>
internal sealed partial record SecretsManagerName(string Secret, string? Region, string? Stage)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out SecretsManagerName? name)
    {
        var match = Form().Match(text);
        name = match.Success ? new SecretsManagerName(match.Groups["secret"].Value, Group("region"), Group("stage")) : null;
        return match.Success;

        string? Group(string group) => match.Groups[group] is { Success: true } found ? found.Value : null;
    }

    // Names: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
    [GeneratedRegex(@"\A(?<secret>(arn:aws[a-z-]*:secretsmanager:(?<region>[a-z0-9][a-z0-9-]{0,30}[a-z0-9]):[0-9]{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,519})(\?stage=(?<stage>[A-Za-z0-9/_+=.@-]{1,256}))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
