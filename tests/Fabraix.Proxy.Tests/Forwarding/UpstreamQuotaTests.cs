using Fabraix.Proxy.Forwarding;

namespace Fabraix.Proxy.Tests.Forwarding;

/// <summary>draft-ietf-httpapi-ratelimit-headers (the numbers are of its version 10), the forms that came before it, and RFC 9651.</summary>
public sealed class UpstreamQuotaTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    [Theory]
    [InlineData("\"default\";r=50;t=30", 50, 30)]
    [InlineData("\"permin\";r=50;t=30,\"perhr\";r=990;t=3000", 50, 30)]
    [InlineData("\"permin\";r=50;t=30, \"perhr\";r=9;t=3000", 9, 3000)]
    [InlineData("\"a\";r=0;t=5 ,\t\"b\";r=0;t=7", 0, 7)]
    [InlineData("  \"user\";r=18;t=42;pk=:dHJpYWwxMjEzMjM=:  ", 18, 42)]
    [InlineData("\"a\";t=9;r=3", 3, 9)]
    [InlineData("\"a\";r=1;r=2;t=3", 2, 3)]
    [InlineData("\"a \\\" , b\";r=1;t=2", 1, 2)]
    [InlineData("\"a\"; r=1; t=2; x; y=?0; z=tok/en:1; d=-1.25; at=@1659578233; s=\"; , \"; u=%\"caf%c3%a9\"; n=-7", 1, 2)]
    [InlineData("\"a\";r=999999999999999;t=1", int.MaxValue, 1)]
    [InlineData("\"a\";r=7;t=86400", 7, 3600)]
    [InlineData("limit=100, remaining=50, reset=50", 50, 50)]
    [InlineData("reset=5;comment=\"x\",remaining=0", 0, 5)]
    [InlineData("limit=10, remaining=4, reset=1790000060", 4, 60)]
    public void Is_read_from_a_lawful_field(string field, int remaining, int seconds) => Assert.Equal(Quota(remaining, seconds), Read(("RateLimit", field)));

    [Theory]
    [InlineData("")]
    [InlineData("50")]
    [InlineData("default;r=50;t=30")]
    [InlineData("\"default\"")]
    [InlineData("\"default\";t=30")]
    [InlineData("\"default\";r;t=30")]
    [InlineData("\"default\";r=-1;t=30")]
    [InlineData("\"default\";r=1;t=-30")]
    [InlineData("\"default\";r=1.5;t=30")]
    [InlineData("\"default\";r=\"1\";t=30")]
    [InlineData("\"default\";r=1;t=soon")]
    [InlineData("\"default\";r=1000000000000000;t=30")]
    [InlineData("\"default\";r=+1;t=30")]
    [InlineData("\"default\";r=0x1;t=30")]
    [InlineData("\"default\";r=1;t=0")]
    [InlineData("\"default\";r=1")]
    [InlineData("\"default\";r=1;t=30,")]
    [InlineData("\"default\";r=1;t=30,,\"b\";r=1;t=1")]
    [InlineData("\"default\";r=1;t=30 \"b\";r=1;t=1")]
    [InlineData("\"default\";r=1;t=30, (\"b\");r=1;t=1")]
    [InlineData("\"default\";r=1;t=30;")]
    [InlineData("\"default\";R=1;t=30")]
    [InlineData("\"default\";r=1;t=30;pk=:a b:")]
    [InlineData("\"default\";r=1;t=30;x=?2")]
    [InlineData("\"default\";r=1;t=30;x=")]
    [InlineData("\"default\";r=1;t=30;x=%cafe")]
    [InlineData("\"default;r=1;t=30")]
    [InlineData("\"de\\fault\";r=1;t=30")]
    [InlineData("\"d\u00e9fault\";r=1;t=30")]
    [InlineData("\"default\" ;r=1;t=30")]
    [InlineData("limit=100, remaining=50")]
    [InlineData("remaining=5, reset=-1")]
    [InlineData("remaining=-5, reset=1")]
    [InlineData("remaining=5, reset=0")]
    [InlineData("remaining=5, reset=1789999999")]
    [InlineData("remaining, reset=1")]
    [InlineData("remaining=5; reset=1")]
    [InlineData("remaining=5 reset=1")]
    [InlineData("Remaining=5, Reset=1")]
    public void Is_nothing_where_a_field_is_malformed_or_says_nothing(string field) => Assert.Null(Read(("RateLimit", field)));

    [Theory]
    [InlineData("\"burst\";q=100;w=60,\"daily\";q=1000;w=86400", "\"burst\";r=4", 4, 60)]
    [InlineData("\"burst\";q=100;w=60,\"daily\";q=1000;w=86400", "\"daily\";r=4", 4, 3600)]
    [InlineData("\"permin\";q=50;w=60;pk=:cHsdsRa894==:", "\"permin\";r=4;t=7", 4, 7)]
    public void Ends_with_its_window_at_the_latest(string policy, string field, int remaining, int seconds) =>
        Assert.Equal(Quota(remaining, seconds), Read(("RateLimit-Policy", policy), ("RateLimit", field)));

    [Theory]
    [InlineData("\"other\";q=100;w=60")]
    [InlineData("\"burst\";q=100")]
    [InlineData("\"burst\";q=100;w=0")]
    [InlineData("\"burst\";q=100;w=-60")]
    [InlineData("\"burst\";w=60")]
    [InlineData("\"burst\";q=100;w=60,")]
    [InlineData("100;w=60")]
    public void Is_nothing_where_no_policy_tells_its_end(string policy) => Assert.Null(Read(("RateLimit-Policy", policy), ("RateLimit", "\"burst\";r=4")));

    [Fact]
    public void Takes_several_lines_for_one_list() =>
        Assert.Equal(Quota(3, 20), Read(("RateLimit", "\"a\";r=5;t=10"), ("RateLimit", "\"b\";r=3;t=20")));

    [Theory]
    [InlineData("RateLimit", "42", "17", 42, 17)]
    [InlineData("X-RateLimit", "42", "17", 42, 17)]
    [InlineData("X-RateLimit", "0", "1790000017", 0, 17)]
    [InlineData("X-RateLimit", "0", "1790086400", 0, 3600)]
    [InlineData("X-RateLimit", "99999999999", "1000000000", int.MaxValue, 3600)]
    public void Is_read_from_the_headers_from_before_the_draft(string prefix, string remaining, string reset, int left, int seconds) =>
        Assert.Equal(Quota(left, seconds), Read(($"{prefix}-Limit", "100"), ($"{prefix}-Remaining", remaining), ($"{prefix}-Reset", reset)));

    [Theory]
    [InlineData("-1", "17")]
    [InlineData("42", "-17")]
    [InlineData("42", "0")]
    [InlineData("42", "1789999999")]
    [InlineData("4.2", "17")]
    [InlineData("42", "1e3")]
    [InlineData("", "17")]
    [InlineData("42", "")]
    [InlineData("42", "9999999999999999")]
    [InlineData("0x2A", "17")]
    [InlineData("42, 43", "17")]
    [InlineData("\u0664\u0662", "17")]
    [InlineData("42", "Wed, 21 Oct 2026 07:28:00 GMT")]
    public void Is_nothing_where_those_are_no_whole_numbers(string remaining, string reset) => Assert.Null(Read(("X-RateLimit-Remaining", remaining), ("X-RateLimit-Reset", reset)));

    [Fact]
    public void Is_nothing_where_one_of_two_is_missing_or_comes_twice()
    {
        Assert.Null(Read(("X-RateLimit-Remaining", "42")));
        Assert.Null(Read(("RateLimit-Reset", "17")));
        Assert.Null(Read(("RateLimit-Remaining", "42"), ("X-RateLimit-Reset", "17")));
        Assert.Null(Read(("X-RateLimit-Remaining", "42"), ("X-RateLimit-Remaining", "42"), ("X-RateLimit-Reset", "17")));
    }

    [Fact]
    public void Goes_by_the_draft_alone_where_it_is_used() =>
        Assert.Null(Read(("RateLimit", "malformed"), ("X-RateLimit-Remaining", "42"), ("X-RateLimit-Reset", "17")));

    [Fact]
    public void Does_not_read_a_field_of_any_length()
    {
        Assert.Null(Read(("RateLimit", $"\"{new string('a', 1024)}\";r=1;t=1")));
        Assert.Null(Read(("RateLimit-Policy", $"\"{new string('a', 1024)}\";q=1;w=1"), ("RateLimit", "\"a\";r=1;t=1")));
    }

    [Fact]
    public void Reads_whatever_stands_there_without_an_exception()
    {
        const string Alphabet = "\";=,:?@%*()rt0123456789.-\\ \taA";
        var seed = 12345u;
        for (var i = 0; i < 50_000; i++)
        {
            var text = string.Create(1 + (i % 24), 0, (span, _) =>
            {
                foreach (ref var character in span)
                    character = Alphabet[(int)((seed = (seed * 1_664_525) + 1_013_904_223) >> 16) % Alphabet.Length];
            });
            var quota = Read(("RateLimit", (i % 2 == 0 ? "\"a\";r=1;t=2" : "") + text));
            Assert.InRange(quota?.Reset ?? TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
            Assert.InRange(quota?.Remaining ?? 0, 0, int.MaxValue);
        }
    }

    [Fact]
    public void Costs_no_memory_where_there_is_no_such_header()
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Date", "Wed, 21 Oct 2026 07:28:00 GMT");
        Assert.Null(UpstreamQuota.Read(response.Headers, Now));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            UpstreamQuota.Read(response.Headers, Now);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static UpstreamQuota? Quota(int remaining, int seconds) => new UpstreamQuota(remaining, TimeSpan.FromSeconds(seconds));

    private static UpstreamQuota? Read(params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return UpstreamQuota.Read(response.Headers, Now);
    }
}
