using System.Collections.Concurrent;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tests.Authorization;
using Fabraix.Proxy.Tests.Telemetry;

namespace Fabraix.Proxy.Tests.Keys;

public sealed class KeySlotTests
{
    private readonly Store _store = new();
    private readonly LogLines<KeySlot> _log = new();
    private readonly KeySlot _slot;

    public KeySlotTests() => _slot = new KeySlot(new KeyOptions("default", _store, "it", TimeSpan.FromMinutes(1)), _log);

    [Fact]
    public void Has_nothing_before_it_was_read() => Assert.Null(_slot.Current);

    [Fact]
    public async Task Takes_the_first_good_value()
    {
        await RefreshTo("first");

        Assert.Equal("first", Opened());
        Assert.Null(_slot.Problem);
        Assert.Equal($"default/{_slot.Current!.Value.Fingerprint}", _slot.Current.Label);
        Assert.Equal(_slot.Current.Label, $"{_slot.Current}");
    }

    [Fact]
    public async Task Takes_a_new_good_value_in_place_of_the_old_one()
    {
        await RefreshTo("first", "second");

        Assert.Equal("second", Opened());
        Assert.Equal([EventIds.KeyLoaded, EventIds.KeyLoaded], _log.Ids);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("env:OTHER")]
    [InlineData(null)]
    public async Task Keeps_a_good_value_when_a_bad_one_comes(string? bad)
    {
        await RefreshTo("first", bad);

        Assert.Equal("first", Opened());
        Assert.NotNull(_slot.Problem);
        Assert.Equal([EventIds.KeyLoaded, EventIds.KeyFailed], _log.Ids);
    }

    [Fact]
    public async Task Has_no_problem_any_more_once_a_good_value_is_back()
    {
        await RefreshTo("first", "two words", "first");

        Assert.Equal("first", Opened());
        Assert.Null(_slot.Problem);
    }

    [Fact]
    public async Task Logs_a_lasting_problem_and_a_lasting_value_once()
    {
        await RefreshTo("first", "first\n", null, null, null, "first", "first");

        Assert.Equal([EventIds.KeyLoaded, EventIds.KeyFailed], _log.Ids);
    }

    [Fact]
    public async Task Keeps_its_version_object_while_the_value_stays()
    {
        await RefreshTo("first");
        var version = _slot.Current;
        await RefreshTo("first");

        Assert.Same(version, _slot.Current);
    }

    [Fact]
    public async Task Never_logs_a_value_good_or_bad()
    {
        await RefreshTo("first-secret", "second secret", "third-secret");

        Assert.DoesNotContain(_log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Is_found_by_name_whatever_its_case()
    {
        var ring = new KeyRing([_slot]);

        Assert.Same(_slot, ring["DEFAULT"]);
        Assert.Equal([_slot], ring.All);
    }

    private async Task RefreshTo(params string?[] values)
    {
        foreach (var value in values)
        {
            _store.Values.Enqueue(value);
            await _slot.RefreshAsync(TestContext.Current.CancellationToken);
        }
    }

    private string? Opened() => _slot.Current?.Value.OpenFor(Callers.Grant());

    private sealed class Store : ISecretStore
    {
        public ConcurrentQueue<string?> Values { get; } = new();

        public string Scheme => "test";

        public string? Judge(string identifier) => null;

        public ValueTask<SecretReading> ReadAsync(string identifier, CancellationToken cancellation) =>
            ValueTask.FromResult(Values.TryDequeue(out var value) && value is not null ? SecretReading.Of(value) : SecretReading.Failed("the store is away"));
    }
}
