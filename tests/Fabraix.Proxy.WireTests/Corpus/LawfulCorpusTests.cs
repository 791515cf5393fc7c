using Fabraix.Proxy.WireTests.Answers;
using Xunit;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>Every lawful request reaches the upstream, once and with the key.</summary>
public sealed class LawfulCorpusTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private static readonly Dictionary<string, RawCase> Cases = LawfulCases.All.ToDictionary(one => one.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Forwards(string name)
    {
        var request = Cases[name].Write(new CorpusContext(fixture.Proxy));
        fixture.Proxy.Upstream.Forget();

        await using var client = await fixture.Proxy.ConnectAsync();
        var answer = await client.AskAsync(request);

        Assert.Equal((200, null), (answer.Status, answer.Error?.Code));
        var origin = request.Contains("\r\nOrigin: ", StringComparison.Ordinal) ? TestKit.ProxyUnderTest.Origin : null;
        AnswerAssert.Common(answer, origin);
        var seen = fixture.Proxy.Upstream.Only();
        UpstreamAssert.CarriesKey(seen, fixture.Proxy);
        Assert.Empty(fixture.Proxy.Upstream.Unfinished);
    }

    [Fact]
    public void Holds_at_least_20_requests() => Assert.InRange(Cases.Count, 20, int.MaxValue);
}
