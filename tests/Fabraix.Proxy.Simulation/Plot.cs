using System.Text;

namespace Fabraix.Proxy.Simulation;

/// <summary>Draws the sweeps as SVG: a column for each, a row for each figure, a line for each policy. No script, no font of its own; colours follow the reader's scheme.</summary>
internal sealed class Plot
{
    private const int Left = 64;
    private const int Top = 92;
    private const int Across = 300;
    private const int Down = 190;
    private const int Width = 250;
    private const int Height = 130;

    private static readonly (string Name, Func<Figures, double> Of)[] Rows =
    [
        ("Shy users get, of what they want", figures => figures.ShyInAll),
        ("Quota used", figures => Math.Min(1, figures.Utilisation)),
        ("Equality of those who want more (Jain)", figures => figures.Jain),
    ];

    private readonly StringBuilder _svg = new();

    /// <summary>The scenario that the picture's description tells of.</summary>
    public static Scenario Described => Sweep.Drawn[1].Steps[0].Scenario;

    /// <summary>Its figures, by which a test sees that the picture is today's.</summary>
    public static string Describe(IEnumerable<(PolicyKind Policy, Figures Figures)> rows) =>
        string.Join("; ", rows.Select(row => $"{row.Policy.Name} {100 * row.Figures.ShyInAll:F2} %, {100 * row.Figures.Utilisation:F2} %, {row.Figures.Jain:F4}"));

    public static string Of(Func<Scenario, PolicyKind, Figures> figures)
    {
        var plot = new Plot();
        plot.Begin(Describe(PolicyKind.All.Select(policy => (policy, figures(Described, policy)))));
        for (var column = 0; column < Sweep.Drawn.Count; column++)
        {
            for (var row = 0; row < Rows.Length; row++)
                plot.Panel(Sweep.Drawn[column], row, Left + (column * Across), Top + (row * Down), (scenario, policy) => Rows[row].Of(figures(scenario, policy)));
        }

        return plot._svg.Append("</svg>\n").ToString();
    }

    private void Begin(string description)
    {
        _svg.Append($$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 940 650" role="img" aria-labelledby="t d">
            <title id="t">Shares of a quota under four policies</title>
            <desc id="d">With {{Described.Name}}, what shy users get, quota used, Jain's index: {{description}}.</desc>
            <style>
            svg { background: #fff; font: 12px system-ui, sans-serif; fill: #24292f }
            .grid { stroke: #d0d7de } .small { fill: #57606a } .big { font-size: 13px; font-weight: 600 }
            path { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round }
            .p0 { stroke: #0969da } .p1 { stroke: #0969da; stroke-dasharray: 2 5 } .p2 { stroke: #bc4c00 } .p3 { stroke: #8250df; stroke-dasharray: 8 5 }
            @media (prefers-color-scheme: dark) {
            svg { background: #0d1117; fill: #e6edf3 } .grid { stroke: #30363d } .small { fill: #9198a1 }
            .p0, .p1 { stroke: #58a6ff } .p2 { stroke: #f0883e } .p3 { stroke: #bc8cff } }
            </style>

            """);
        for (var policy = 0; policy < PolicyKind.All.Count; policy++)
            _svg.Append($"<path class=\"p{policy}\" d=\"M{Left + (policy * 200)} 24h28\"/><text x=\"{Left + 36 + (policy * 200)}\" y=\"28\">{PolicyKind.All[policy].Name}</text>\n");
    }

    private void Panel(Sweep sweep, int row, int left, int top, Func<Scenario, PolicyKind, double> value)
    {
        if (row == 0)
            _svg.Append($"<text class=\"big\" x=\"{left}\" y=\"{top - 32}\">By {sweep.Name}</text>\n");
        _svg.Append($"<text x=\"{left}\" y=\"{top - 10}\">{Rows[row].Name}</text>\n");
        for (var part = 0; part <= 2; part++)
            _svg.Append($"<path class=\"grid\" style=\"stroke-width:1\" d=\"M{left} {top + (part * Height / 2)}h{Width}\"/><text class=\"small\" x=\"{left - 8}\" y=\"{top + 4 + (part * Height / 2)}\" text-anchor=\"end\">{(row == 2 ? $"{1 - (part * 0.5)}" : $"{100 - (part * 50)} %")}</text>\n");
        for (var step = 0; step < sweep.Steps.Count; step++)
            _svg.Append($"<text class=\"small\" x=\"{X(sweep, left, step)}\" y=\"{top + Height + 18}\" text-anchor=\"middle\">{sweep.Steps[step].Label}</text>\n");
        for (var policy = PolicyKind.All.Count - 1; policy >= 0; policy--)
            _svg.Append($"<path class=\"p{policy}\" d=\"M{string.Join('L', sweep.Steps.Select((step, i) => $"{X(sweep, left, i)} {top + (Height * (1 - value(step.Scenario, PolicyKind.All[policy]))):F1}"))}\"/>\n");
    }

    private static int X(Sweep sweep, int left, int step) => left + 16 + (step * (Width - 32) / (sweep.Steps.Count - 1));
}
