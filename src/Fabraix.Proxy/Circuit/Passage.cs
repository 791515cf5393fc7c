namespace Fabraix.Proxy.Circuit;

/// <summary>
/// Leave to go upstream, given by the circuit: one that all share while it is closed, or a probe's own. What came of a request is told with it, so that
/// the outcome of one sent before the circuit last changed counts for nothing.
/// </summary>
internal sealed class Passage(bool isProbe)
{
    public bool IsProbe => isProbe;
}
