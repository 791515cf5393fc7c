namespace Fabraix.Proxy.Configuration;

/// <summary>Everything that reading a configuration brought up: mistakes refuse it, warnings are logged at start.</summary>
internal sealed class Findings
{
    private readonly List<Mistake> _mistakes = [];
    private readonly List<Mistake> _warnings = [];

    public IReadOnlyList<Mistake> Mistakes => _mistakes;

    public IReadOnlyList<Mistake> Warnings => _warnings;

    public void Mistake(string path, string wrong, string set) => _mistakes.Add(new Mistake(path, wrong, set));

    public void Warn(string path, string what, string set) => _warnings.Add(new Mistake(path, what, set));
}
