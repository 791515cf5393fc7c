using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Fabraix.Proxy.Benchmarks;

/// <summary>What one operation of a benchmark has worked through.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class BytesAttribute(int count) : Attribute
{
    public int Count => count;
}

/// <summary>Gigabytes (10^9 bytes) a second, by the mean.</summary>
internal sealed class Throughput : IColumn
{
    public string Id => nameof(Throughput);

    public string ColumnName => "GB/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "10^9 bytes a second, by the mean";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        var bytes = benchmarkCase.Descriptor.Type.GetCustomAttributes(typeof(BytesAttribute), inherit: false).Cast<BytesAttribute>().Single().Count;
        return summary[benchmarkCase]?.ResultStatistics is { } result ? (bytes / result.Mean).ToString("0.0", CultureInfo.InvariantCulture) : "-";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}
