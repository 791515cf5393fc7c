using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.Proxy.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>A provider that answers, and lists a key no more, has withdrawn it, although the proxy can use nothing of what it lists instead.</summary>
public sealed class WithdrawnKeysTests : IAsyncLifetime
{
    // RFC 8037 appendix A.2: a kind of key that the proxy does not use.
    private const string Unusable = """{"kty":"OKP","crv":"Ed25519","kid":"new","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""";
    private const string Said = "No key in it is usable. key 0 (kid new): unknown kty. Withdrawn, since it lists them no more: kid first, kid second.";

    private readonly KeyServer _server = new();
    private readonly KeyFetcher _fetcher = new();
    private readonly FakeTimeProvider _time = new(Jose.Now);
    private readonly LogLines<IssuerKeys> _log = new();
    private readonly IssuerKeys _keys;
    private SigningKey _first = null!;

    public WithdrawnKeysTests() => _keys = new IssuerKeys(_server.Options(), _fetcher, _time, _log);

    public async ValueTask InitializeAsync()
    {
        _server.Publish("first", "second");
        _first = (await FindAsync("first")).Key!;
    }

    public ValueTask DisposeAsync()
    {
        _first.Dispose();
        _fetcher.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task Verify_nothing_more_and_leave_the_issuer_without_keys()
    {
        await AnswerAsync($$"""{"keys":[{{Unusable}}]}""");

        Assert.Equal((0, false), (_keys.Count, _keys.Holds(_first)));
        Assert.Equal(new KeyLookup(null, Unavailable: true), await FindAsync("first"));
    }

    [Fact]
    public async Task Are_named_in_the_log_and_in_readiness_until_there_are_keys_again()
    {
        await AnswerAsync($$"""{"keys":[{{Unusable}}]}""");
        await _keys.RefreshAsync();

        Assert.Equal(Said, _keys.Problem);
        Assert.Equal([EventIds.IssuerKeysFailed, EventIds.IssuerKeysFailed], _log.Ids);
        Assert.All(_log.Lines, line => Assert.EndsWith($"{Said} There are none. ", line, StringComparison.Ordinal));
        Assert.Equal(2, _keys.Outcomes.Single(outcome => outcome.Key == "unusable").Value);

        _server.Publish("third");
        await _keys.RefreshAsync();
        Assert.Null(_keys.Problem);
        Assert.NotNull((await FindAsync("third")).Key);
    }

    [Theory]
    [InlineData("""{"kty":"EC","kid":"first","use":"enc"}""")]
    [InlineData("""{"kty":"oct","kid":"first","k":"AQAB"}""")]
    [InlineData("""{"kty":"OKP","kid":"first"},{"kty":"OKP","kid":"first"}""")]
    public async Task Are_only_those_that_are_listed_no_more(string listed)
    {
        await AnswerAsync($$"""{"keys":[{{listed}}]}""");

        Assert.True(_keys.Holds(_first));
        Assert.Null((await FindAsync("second")).Key);
        Assert.Contains("lists them no more: kid second. The keys in use are 0s old.", _keys.Problem, StringComparison.Ordinal);
        _time.Advance(_server.Options().KeepLastGood + TimeSpan.FromTicks(1));
        Assert.Equal(0, _keys.Count);
    }

    /// <summary>It says nothing of any key: a provider that loses its keys for a while is no reason to refuse everybody.</summary>
    [Theory]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[1,null,"x",[]]}""")]
    [InlineData("""{"keys":[{}]}""")]
    [InlineData("""{"keys":[{"kid":"new"}]}""")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{}""")]
    [InlineData("<html>")]
    public async Task Are_none_where_the_answer_is_empty_or_no_set_of_keys(string answer)
    {
        await AnswerAsync(answer);

        Assert.Equal((2, true), (_keys.Count, _keys.Holds(_first)));
        Assert.DoesNotContain("Withdrawn", _keys.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_none_where_the_provider_does_not_answer_200()
    {
        _server.Answer($$"""{"keys":[{{Unusable}}]}""", status: 503);
        await _keys.RefreshAsync();

        Assert.True(_keys.Holds(_first));
    }

    private async Task AnswerAsync(string json)
    {
        _server.Answer(json);
        await _keys.RefreshAsync();
    }

    private Task<KeyLookup> FindAsync(string keyId) => _keys.FindAsync(keyId, TestContext.Current.CancellationToken).AsTask();
}
