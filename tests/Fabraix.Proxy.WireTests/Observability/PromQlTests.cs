using Xunit;

namespace Fabraix.Proxy.WireTests.Observability;

/// <summary>A reader of queries that saw nothing would find nothing missing.</summary>
public sealed class PromQlTests
{
    [Theory]
    [InlineData("up == 0", "up", "", "")]
    [InlineData("sum by (job, le) (rate(a_bucket{b=\"c{d}\",e=~\"f|g\"}[5m])) > 1e3", "a_bucket", "a_bucket.b a_bucket.e", "job le")]
    [InlineData("a / on (x) group_left (y) b or time() - c{z!~\".*\"} offset 5m", "a b c", "c.z", "x y")]
    [InlineData("histogram_quantile(0.95, sum(rate(a:b{job=~\"$job\"}[$__rate_interval])) by (le))", "a:b", "a:b.job", "le")]
    [InlineData("min(a) == 0\n  or\nb{} unless c", "a b c", "", "")]
    public void Sees_every_metric_and_label_of_a_query(string query, string metrics, string selected, string grouped)
    {
        var read = PromQl.Parse(query);

        Assert.Equal((metrics, selected, grouped), (string.Join(' ', read.Metrics), string.Join(' ', read.Selected.Select(one => $"{one.Metric}.{one.Label}")), string.Join(' ', read.Grouped)));
    }
}
