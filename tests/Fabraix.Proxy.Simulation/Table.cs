using System.Globalization;

namespace Fabraix.Proxy.Simulation;

/// <summary>One scenario's figures as text.</summary>
internal static class Table
{
    public const string Head = "                         at once   in all   quota used    Jain   most in a window   429s";

    public static void Write(TextWriter writer, Scenario scenario, IEnumerable<(PolicyKind Policy, Figures Figures)> rows)
    {
        writer.WriteLine($"{scenario.Name} ({scenario.Minutes} min)");
        writer.WriteLine(Head);
        foreach (var (policy, figures) in rows)
            writer.WriteLine(Row(policy, figures));
        writer.WriteLine();
    }

    public static string Row(PolicyKind policy, Figures figures) => string.Create(CultureInfo.InvariantCulture,
        $"  {policy.Name,-22}{100 * figures.ShyAtOnce,6:F1} %{100 * figures.ShyInAll,7:F1} %{100 * figures.Utilisation,11:F1} %{figures.Jain,8:F3}{100 * figures.Most,17:F1} %{figures.Refused,7}");
}
