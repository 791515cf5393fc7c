using Fabraix.TestKit;
using Xunit;

[assembly: AssemblyFixture(typeof(Fabraix.Proxy.WireTests.Leaks.LastWord))]

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>
/// Is disposed of when all tests have run: what came out of the product after the search for leaks was not searched, and
/// fails the run. So the search stays last however the runner orders its collections.
/// </summary>
public sealed class LastWord : IAsyncDisposable
{
    internal long? SearchedUpTo { get; set; }

    public ValueTask DisposeAsync() => SearchedUpTo is { } searched && Capture.Process.Report().Sequence != searched
        ? ValueTask.FromException(new InvalidOperationException("Tests ran after the search for leaked secrets: it must be the last"))
        : ValueTask.CompletedTask;
}
