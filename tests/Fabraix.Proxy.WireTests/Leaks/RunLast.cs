using Xunit;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>The last collection of the run: see <see cref="QuietOnesLater"/>.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunLast
{
    public const string Name = "leaks, last of all";
}
