using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Fabraix.Proxy.Mint;
using Fabraix.Proxy.Tests.Tokens;

namespace Fabraix.Proxy.Tests.Mint;

/// <summary>A key signs only when every verifier can know it, and goes only when its last token is dead.</summary>
public sealed class KeyTimelineTests
{
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Ahead = KeyTimeline.PublishAhead;
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly MintKey _first = MadeKeys.Ec();
    private readonly MintKey _second;
    private readonly string _pem = MadeKeys.Pem();
    private readonly MintKey _third = MadeKeys.Ec();
    private readonly MintKey _fourth = MadeKeys.Ec();
    private readonly DateTimeOffset _start = Jose.Now;

    public KeyTimelineTests() => _second = MadeKeys.Read(_pem);

    [Fact]
    public void Has_no_key_at_first()
    {
        Assert.Null(KeyTimeline.Empty.Signing(_start));
        Assert.Empty(KeyTimeline.Empty.Published(_start));
    }

    [Fact]
    public void Signs_at_once_with_the_first_key() => Assert.Same(_first, KeyTimeline.Empty.With(_first, _start, Keep).Signing(_start));

    [Fact]
    public void Publishes_a_new_key_at_once_and_signs_with_it_later()
    {
        var timeline = Rotated();

        Assert.Equal([_first, _second], timeline.Published(_start));
        Assert.Same(_first, timeline.Signing(_start));
        Assert.Same(_first, timeline.Signing(_start + Ahead - Tick));
        Assert.Same(_second, timeline.Signing(_start + Ahead));
    }

    [Fact]
    public void Keeps_the_old_key_published_until_its_last_token_is_dead()
    {
        var timeline = Rotated();

        Assert.Equal([_first, _second], timeline.Published(_start + Ahead + Keep - Tick));
        Assert.Equal([_second], timeline.Published(_start + Ahead + Keep));
    }

    [Fact]
    public void Does_not_change_where_the_key_does_not()
    {
        var timeline = Rotated();

        Assert.Same(timeline, timeline.With(MadeKeys.Read(_pem), _start + Tick, Keep));
    }

    [Fact]
    public void Stays_with_the_old_key_where_the_change_is_taken_back_before_the_new_one_signed()
    {
        var timeline = Rotated().With(_first, _start + Ahead - Tick, Keep);

        Assert.Same(_first, timeline.Signing(_start + Ahead));
        Assert.Equal([_first], timeline.Published(_start + Ahead));
    }

    [Fact]
    public void Goes_back_at_once_to_a_key_that_is_still_published_and_keeps_the_one_that_signed()
    {
        var back = _start + Ahead + Tick;
        var timeline = Rotated().With(_first, back, Keep);

        Assert.Same(_first, timeline.Signing(back));
        Assert.Equal([_second, _first], timeline.Published(back));
        Assert.Equal([_first], timeline.Published(back + Keep));
    }

    [Fact]
    public void Waits_again_with_a_key_that_comes_back_after_it_was_gone()
    {
        var back = _start + Ahead + Keep;
        var timeline = Rotated().With(_first, back, Keep);

        Assert.Same(_second, timeline.Signing(back + Ahead - Tick));
        Assert.Same(_first, timeline.Signing(back + Ahead));
    }

    [Fact]
    public void Drops_a_key_that_was_replaced_before_it_signed()
    {
        var timeline = Rotated().With(_third, _start + Tick, Keep);

        Assert.Equal([_first, _third], timeline.Published(_start + Tick));
        Assert.Same(_first, timeline.Signing(_start + Ahead));
        Assert.Same(_third, timeline.Signing(_start + Tick + Ahead));
    }

    [Fact]
    public void Keeps_the_key_that_signs_published_through_a_second_change()
    {
        var timeline = Rotated().With(_third, _start + Ahead - Tick, Keep);
        var last = _start + Ahead - Tick + Ahead - Tick;

        Assert.Same(_first, timeline.Signing(last));
        Assert.Equal([_first, _third], timeline.Published(last + Keep));
        Assert.Equal([_third], timeline.Published(last + Tick + Keep));
    }

    [Fact]
    public void Waits_even_with_a_first_key_where_others_sign()
    {
        var timeline = KeyTimeline.Empty.With(_first, _start, Keep, othersSign: true);

        Assert.Equal([_first], timeline.Published(_start));
        Assert.Null(timeline.Signing(_start + Ahead - Tick));
        Assert.Same(_first, timeline.Signing(_start + Ahead));
    }

    /// <summary>Whatever changes come, and when: no token is signed by a key that verifiers cannot know, or that goes before the token is dead.</summary>
    [Property(MaxTest = 300)]
    public Property Signs_only_with_what_it_publishes_and_keeps_that_until_its_tokens_are_dead()
    {
        var changes = Gen.Zip(Gen.Choose(0, 3), Gen.Choose(1, 30)).ListOf(12);
        return Prop.ForAll(changes.ToArbitrary(), list => Holds([_first, _second, _third, _fourth], list.Select(change => (change.Item1, change.Item2))));
    }

    private bool Holds(MintKey[] keys, IEnumerable<(int Key, int Minutes)> changes)
    {
        var (timeline, now, signed) = (KeyTimeline.Empty.With(_first, _start, Keep), _start, new Dictionary<MintKey, DateTimeOffset>());
        foreach (var (key, minutes) in changes)
        {
            for (var end = now + TimeSpan.FromMinutes(minutes); now < end; now += TimeSpan.FromMinutes(1))
            {
                if (timeline.Signing(now) is not { } signing || !timeline.Published(now).Contains(signing))
                    return false;
                signed[signing] = now;
                if (signed.Any(last => now < last.Value + Keep && !timeline.Published(now).Contains(last.Key)))
                    return false;
            }

            timeline = timeline.With(keys[key], now, Keep);
        }

        return true;
    }

    private KeyTimeline Rotated() => KeyTimeline.Empty.With(_first, _start - TimeSpan.FromHours(1), Keep).With(_second, _start, Keep);
}
