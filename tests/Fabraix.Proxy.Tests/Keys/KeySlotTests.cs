using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tests.Authorization;

namespace Fabraix.Proxy.Tests.Keys;

public sealed class KeySlotTests
{
    private readonly ScriptedKey _key = new();

    [Fact]
    public void Has_nothing_before_it_was_read()
    {
        Assert.Null(_key.Slot.Choose());
        Assert.False(_key.Slot.IsUsable);
    }

    [Fact]
    public async Task Takes_the_first_good_value_at_once()
    {
        await _key.ReadAsync("first@v1");

        var version = _key.Slot.Choose();
        Assert.Equal("first", version?.Value.OpenFor(Callers.Grant()));
        Assert.Equal($"default/v1/{version!.Fingerprint}", version.Label);
        Assert.Equal(version.Label, $"{version}");
        Assert.Null(_key.Slot.Problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("env:OTHER")]
    [InlineData(null)]
    public async Task Keeps_a_good_value_when_a_bad_one_comes(string? bad)
    {
        await _key.ReadAsync("first", bad);

        Assert.Equal("first", Opened());
        Assert.NotNull(_key.Slot.Problem);
        Assert.Null(_key.Life.Versions.Candidate);
        Assert.Equal([EventIds.KeyLoaded, EventIds.KeyFailed], _key.Log.Ids);
    }

    [Fact]
    public async Task Has_no_problem_any_more_once_a_good_value_is_back()
    {
        await _key.ReadAsync("first", "two words", "first");

        Assert.Equal("first", Opened());
        Assert.Null(_key.Slot.Problem);
        Assert.Equal([EventIds.KeyLoaded, EventIds.KeyFailed, EventIds.KeyRecovered], _key.Log.Ids);
    }

    [Fact]
    public async Task Logs_a_lasting_problem_and_a_lasting_value_once()
    {
        await _key.ReadAsync("first", "first\n", null, null, null);

        Assert.Equal([EventIds.KeyLoaded, EventIds.KeyFailed], _key.Log.Ids);
    }

    [Fact]
    public async Task Never_logs_a_value_good_or_bad()
    {
        await _key.ReadAsync("first-secret", "second secret", "third-secret");
        _key.Life.Judge(_key.Life.Versions.Candidate!, KeyVerdict.Refused);

        Assert.DoesNotContain(_key.Log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Serves_with_the_last_good_value_for_ever_by_default()
    {
        await _key.ReadAsync("first", null);
        _key.Time.Advance(TimeSpan.FromDays(365));

        Assert.Equal("first", Opened());
        Assert.Equal(TimeSpan.FromDays(365), _key.Slot.Age);
    }

    [Fact]
    public async Task Serves_with_the_last_good_value_no_longer_than_configured()
    {
        var key = new ScriptedKey(change: options => options with { KeepLastGood = TimeSpan.FromHours(1) });
        await key.ReadAsync("first");
        key.Time.Advance(TimeSpan.FromHours(2));
        Assert.True(key.Slot.IsUsable); // it is the store's silence that counts, and it was not asked

        await key.ReadAsync([null]);
        Assert.Null(key.Slot.Choose());
        await key.ReadAsync("first");
        Assert.NotNull(key.Slot.Choose());
    }

    [Fact]
    public async Task Asks_the_store_once_for_all_who_wait()
    {
        _key.Script("first");
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _key.Slot.RefreshUnlessCoolAsync()));

        Assert.Equal(1, _key.Readings);
    }

    [Fact]
    public async Task Asks_again_because_of_a_refusal_at_most_once_a_second()
    {
        await _key.ReadAsync("first");
        _key.Script("second");

        // A reading by the interval does not stand in the way: what the upstream refuses may have changed since.
        await _key.Slot.RefreshUnlessCoolAsync();
        Assert.Equal(2, _key.Readings);
        await _key.Slot.RefreshUnlessCoolAsync();
        Assert.Equal(2, _key.Readings);
        _key.Time.Advance(TimeSpan.FromSeconds(1));
        await _key.Slot.RefreshUnlessCoolAsync();
        Assert.Equal(3, _key.Readings);
    }

    [Fact]
    public async Task Says_what_is_wrong_for_readiness()
    {
        await _key.ReadAsync("first", "second");
        var (active, candidate) = (_key.Life.Versions.Active!, _key.Life.Versions.Candidate!);

        _key.Slot.Judge(candidate, KeyVerdict.Refused);
        Assert.Equal($"the upstream refused the new value {candidate.Label}", _key.Slot.Problem);
        _key.Slot.Judge(active, KeyVerdict.Refused);
        Assert.Equal($"the upstream refuses {active.Label}", _key.Slot.Problem);
    }

    [Fact]
    public void Is_found_by_name_whatever_its_case()
    {
        var ring = new KeyRing([_key.Slot]);

        Assert.Same(_key.Slot, ring["DEFAULT"]);
        Assert.Equal([_key.Slot], ring.All);
    }

    [Fact]
    public async Task Is_searched_for_as_long_as_the_upstream_may_accept_it()
    {
        var ring = new KeyRing([_key.Slot]);
        await _key.ReadAsync("first-not-a-real-key", "second-not-a-real-key");
        Assert.True(ring.Search.IsIn("first-not-a-real-key"));
        Assert.True(ring.Search.IsIn("second-not-a-real-key"));

        _key.Life.Judge(_key.Life.Versions.Candidate!, KeyVerdict.Accepted);
        Assert.True(ring.Search.IsIn("first-not-a-real-key"));

        _key.Time.Advance(_key.Slot.Options.FallbackFor);
        _key.Life.Retire();
        Assert.False(ring.Search.IsIn("first-not-a-real-key"));
        Assert.True(ring.Search.IsIn("second-not-a-real-key"));
    }

    [Fact]
    public async Task Is_searched_for_in_the_answer_to_a_request_that_carried_it_though_it_was_replaced_unproven()
    {
        var ring = new KeyRing([_key.Slot]);
        await _key.ReadAsync("first-not-a-real-key", "second-not-a-real-key");
        var (active, sent) = (_key.Life.Versions.Active!, _key.Life.Versions.Candidate!);
        Assert.Same(ring.Search, ring.SearchFor(sent));

        await _key.ReadAsync("third-not-a-real-key");
        Assert.False(ring.Search.IsIn("second-not-a-real-key"));
        foreach (var value in (string[])["first-not-a-real-key", "second-not-a-real-key", "third-not-a-real-key"])
            Assert.True(ring.SearchFor(sent).IsIn(value));
        Assert.Same(ring.SearchFor(sent), ring.SearchFor(sent));
        Assert.Same(ring.Search, ring.SearchFor(active));

        await _key.ReadAsync("fourth-not-a-real-key");
        Assert.True(ring.SearchFor(sent).IsIn("second-not-a-real-key"));
        Assert.True(ring.SearchFor(sent).IsIn("fourth-not-a-real-key"));
    }

    private string? Opened() => _key.Slot.Choose()?.Value.OpenFor(Callers.Grant());
}
