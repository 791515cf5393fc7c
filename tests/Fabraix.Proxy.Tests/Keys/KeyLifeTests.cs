using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tests.Routes;

namespace Fabraix.Proxy.Tests.Keys;

public sealed class KeyLifeTests
{
    private readonly ScriptedKey _key = new();

    private KeyVersions Versions => _key.Life.Versions;

    [Fact]
    public async Task Lets_the_old_version_serve_until_the_new_one_was_accepted()
    {
        var (old, candidate) = await RotateAsync();

        Assert.Same(candidate, _key.Life.Choose());
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Same(old, _key.Life.Choose()));

        _key.Life.Judge(candidate, KeyVerdict.Accepted);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Same(candidate, _key.Life.Choose()));
        Assert.Same(old, Versions.Draining);
        Assert.Equal([EventIds.KeyLoaded, EventIds.KeyCandidate, EventIds.KeyPromoted], _key.Log.Ids);
    }

    [Fact]
    public async Task Tries_a_candidate_at_most_as_often_as_configured()
    {
        await RotateAsync();

        var tried = 0;
        for (var tenth = 0; tenth < 100; tenth++)
        {
            if (_key.Life.Choose() == Versions.Candidate)
                tried++;
            _key.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(10, tried);
    }

    [Fact]
    public async Task Gives_one_of_many_that_ask_at_once_the_candidate()
    {
        await RotateAsync();

        var chosen = new KeyVersion?[1_000];
        Parallel.For(0, chosen.Length, i => chosen[i] = _key.Life.Choose());

        Assert.Single(chosen, version => version == Versions.Candidate);
    }

    [Fact]
    public async Task Leaves_the_proving_to_the_probe_where_there_is_one()
    {
        var probe = OperatorRequest.Empty(RouteTableTests.Rule("event", "POST", "/v1/event", "event:write"));
        var key = new ScriptedKey(change: options => options with { Probe = probe });
        await key.ReadAsync("first", "second");

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Same(key.Life.Versions.Active, key.Life.Choose()));
    }

    [Theory]
    [InlineData(nameof(KeyVerdict.Refused))]
    [InlineData(nameof(KeyVerdict.Forbidden))]
    public async Task Drops_a_candidate_that_was_refused(string word)
    {
        var verdict = Enum.Parse<KeyVerdict>(word);
        var (old, candidate) = await RotateAsync();

        _key.Life.Judge(candidate, verdict);

        Assert.Same(old, Versions.Active);
        Assert.Null(Versions.Candidate);
        Assert.Same(candidate, Versions.Dropped);
        Assert.Contains(EventIds.KeyDropped, _key.Log.Ids);
    }

    [Fact]
    public async Task Learns_nothing_from_any_other_answer()
    {
        var (_, candidate) = await RotateAsync();
        var before = Versions;

        _key.Life.Judge(candidate, KeyVerdict.Unknown);

        Assert.Same(before, Versions);
    }

    [Fact]
    public async Task Does_not_try_a_dropped_value_again_until_its_version_changes()
    {
        var (_, candidate) = await RotateAsync();
        _key.Life.Judge(candidate, KeyVerdict.Refused);

        await _key.ReadAsync("second@2", "second@2");
        Assert.Null(Versions.Candidate);

        await _key.ReadAsync("second@3");
        Assert.Equal("3", Versions.Candidate?.StoreVersion);
    }

    [Fact]
    public async Task Starts_nothing_for_a_value_that_is_in_use_already()
    {
        await _key.ReadAsync("first@1");
        var before = Versions;

        await _key.ReadAsync("first@2", "first\n@3");

        Assert.Same(before, Versions);
    }

    [Fact]
    public async Task Forgets_a_candidate_when_the_store_goes_back()
    {
        await RotateAsync();

        await _key.ReadAsync("first@1");

        Assert.Null(Versions.Candidate);
    }

    [Fact]
    public async Task Forgets_what_was_dropped_when_the_store_goes_back()
    {
        var (old, candidate) = await RotateAsync();
        _key.Life.Judge(candidate, KeyVerdict.Refused);

        await _key.ReadAsync("first@3");

        Assert.Null(Versions.Dropped);
        Assert.Same(old, Versions.Active);
    }

    [Fact]
    public async Task Takes_the_newest_of_two_candidates()
    {
        var (old, _) = await RotateAsync();

        await _key.ReadAsync("third@3");

        Assert.Equal("3", Versions.Candidate?.StoreVersion);
        Assert.Same(old, Versions.Active);
    }

    [Fact]
    public async Task Goes_back_to_the_draining_version_when_its_successor_is_refused_and_it_is_not()
    {
        var (old, candidate) = await RotateAsync();
        _key.Life.Judge(candidate, KeyVerdict.Accepted);

        _key.Life.Judge(candidate, KeyVerdict.Refused);
        Assert.Same(old, _key.Life.Another([candidate]));
        _key.Life.Judge(old, KeyVerdict.Accepted);

        Assert.Same(old, Versions.Active);
        Assert.Same(candidate, Versions.Dropped);
        Assert.Contains(EventIds.KeyWentBack, _key.Log.Ids);
    }

    [Fact]
    public async Task Does_not_go_back_because_of_a_request_that_was_still_on_its_way()
    {
        var (old, candidate) = await RotateAsync();
        _key.Life.Judge(candidate, KeyVerdict.Accepted);

        _key.Life.Judge(old, KeyVerdict.Accepted);

        Assert.Same(candidate, Versions.Active);
    }

    [Fact]
    public async Task Keeps_no_predecessor_that_the_upstream_has_refused()
    {
        var (old, candidate) = await RotateAsync();
        _key.Life.Judge(old, KeyVerdict.Refused);

        _key.Life.Judge(candidate, KeyVerdict.Accepted);

        Assert.Same(candidate, Versions.Active);
        Assert.Null(Versions.Draining);
    }

    [Fact]
    public async Task Forgets_a_predecessor_when_its_time_is_over()
    {
        var (old, candidate) = await RotateAsync();
        _key.Life.Judge(candidate, KeyVerdict.Accepted);

        _key.Time.Advance(_key.Slot.Options.FallbackFor - TimeSpan.FromSeconds(1));
        _key.Life.Retire();
        Assert.Same(old, Versions.Draining);
        _key.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_key.Life.Another([candidate]));
        _key.Life.Retire();
        Assert.Null(Versions.Draining);
    }

    [Fact]
    public async Task Replays_a_candidates_refusal_with_the_active_version()
    {
        var (old, candidate) = await RotateAsync();
        _key.Life.Judge(candidate, KeyVerdict.Refused);

        Assert.Same(old, _key.Life.Another([candidate]));
    }

    [Fact]
    public async Task Tries_a_dropped_value_again_seldom_when_nothing_else_is_left()
    {
        var (old, candidate) = await RotateAsync();
        _key.Life.Choose();
        _key.Life.Judge(candidate, KeyVerdict.Refused);
        _key.Life.Judge(old, KeyVerdict.Refused);

        Assert.Null(_key.Life.Another([old]));
        _key.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(candidate, _key.Life.Another([old]));
        Assert.Null(_key.Life.Another([old]));

        _key.Life.Judge(candidate, KeyVerdict.Accepted);
        Assert.Same(candidate, Versions.Active);
    }

    [Fact]
    public async Task Says_once_that_the_version_in_use_is_refused_and_forgets_it_when_it_is_accepted()
    {
        await _key.ReadAsync("first");
        var active = Versions.Active!;

        _key.Life.Judge(active, KeyVerdict.Refused);
        _key.Life.Judge(active, KeyVerdict.Refused);
        Assert.True(Versions.Refused);
        _key.Life.Judge(active, KeyVerdict.Accepted);

        Assert.False(Versions.Refused);
        Assert.Equal([EventIds.KeyLoaded, EventIds.KeyRefused], _key.Log.Ids);
    }

    [Fact]
    public async Task Takes_a_missing_permission_of_the_version_in_use_for_what_it_is()
    {
        await _key.ReadAsync("first");

        _key.Life.Judge(Versions.Active!, KeyVerdict.Forbidden);

        Assert.False(Versions.Refused);
    }

    private async Task<(KeyVersion Old, KeyVersion Candidate)> RotateAsync()
    {
        await _key.ReadAsync("first@1", "second@2");
        return (Versions.Active!, Versions.Candidate!);
    }
}
