using Fabraix.Proxy.WireTests.Leaks;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Fabraix.Proxy.WireTests.LeaksLast))]

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

/// <summary>Puts the search for leaked secrets behind everything, so that it searches what everything left.</summary>
public sealed class LeaksLast : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName == RunLast.Name).ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];
}
