using System.Diagnostics;
using System.Globalization;
using Fabraix.Proxy.Simulation;

if (args is not ([] or ["--svg", _]))
{
    Console.Error.WriteLine("Usage: Fabraix.Proxy.Simulation [--svg FILE]");
    return 2;
}

var began = Stopwatch.GetTimestamp();
var results = new Dictionary<(Scenario, PolicyKind), Figures>();
Sweep[] sweeps = [.. Sweep.Drawn, Sweep.Others];
var runs = sweeps.SelectMany(sweep => sweep.Steps).SelectMany(step => PolicyKind.All.Select(policy => (step.Scenario, Policy: policy))).ToList();
Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, run =>
{
    var figures = Run.Of(run.Scenario, run.Policy);
    lock (results)
    {
        results[run] = figures;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{results.Count} of {runs.Count}, {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s: {run.Scenario.Name}, {run.Policy.Name}"));
    }
});

foreach (var scenario in sweeps.SelectMany(sweep => sweep.Steps).Select(step => step.Scenario))
    Table.Write(Console.Out, scenario, PolicyKind.All.Select(policy => (policy, results[(scenario, policy)])));
if (args is [_, var file])
    await File.WriteAllTextAsync(file, Plot.Of((scenario, policy) => results[(scenario, policy)]));
return 0;
