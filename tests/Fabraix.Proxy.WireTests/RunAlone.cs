using Fabraix.Proxy.WireTests.Leaks;
using Fabraix.Proxy.WireTests.Limits;
using Fabraix.Proxy.WireTests.Slow;
using Fabraix.Proxy.WireTests.Tokens;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Fabraix.Proxy.WireTests.QuietOnesLater))]

// Three, though there may be two cores: many tests wait, for what is slow on purpose or for a time that must pass. With more of them the programs that some start take too long.
[assembly: Parallelization(MaxThreads = 3)]

namespace Fabraix.Proxy.WireTests;

/// <summary>Tests that look at something of the whole process, and so run one after another behind all that run side by side.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunAlone
{
    public const string Name = "alone";
}

/// <summary>Alone, too, and by its name behind those: by then the native program, which is published in the background, is finished.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunWhenPublished
{
    public const string Name = "alone, when published";
}

/// <summary>
/// Puts those that wait for half a minute, and load the machine least, behind the others that run side by side: beside each other they take no longer, and
/// what is measured there is measured on a quiet machine. The search for leaked secrets is behind everything, so that it searches what everything left.
/// </summary>
public sealed class QuietOnesLater : ITestCollectionOrderer
{
    private static readonly Type[] Quiet = [typeof(OverloadTests), typeof(IdleConnectionTests), typeof(SlowRequestTests), typeof(SlowReaderTests), typeof(AwaitedAnswerTests), typeof(TwoIssuersTests)];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(Place).ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];

    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection =>
        collection.TestCollectionDisplayName == RunLast.Name ? Quiet.Length + 1 : Array.FindIndex(Quiet, type => collection.TestCollectionDisplayName.Contains(type.FullName!, StringComparison.Ordinal)) + 1;
}
