using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Secrets;

/// <summary>A held secret keeps its last good value, and says what is wrong without telling what it is.</summary>
public sealed class HeldSecretTests
{
    private readonly LogLines<HeldSecret> _log = new();
    private readonly ScriptedSecret _secret;
    private SecretReading _next = SecretReading.Failed(SecretOutcome.Absent, "the file does not exist");

    public HeldSecretTests() => _secret = new ScriptedSecret(new SecretReader(_ => new Store(this), new FakeTimeProvider()), _log);

    [Fact]
    public void Has_a_problem_before_it_was_read() => Assert.Equal("it was not read yet", _secret.Problem);

    [Fact]
    public async Task Has_no_value_where_the_store_has_none()
    {
        await _secret.RefreshAsync();

        Assert.Equal((null, "the file does not exist"), (_secret.Value, _secret.Problem));
    }

    [Fact]
    public async Task Keeps_the_last_good_value_whatever_comes()
    {
        var first = Made.ApiKey();
        await ReadAsync(first);
        Assert.Equal((first, null), (_secret.Value, _secret.Problem));

        _next = SecretReading.Failed(SecretOutcome.Unavailable, "the store is away");
        await _secret.RefreshAsync();
        Assert.Equal((first, "the store is away"), (_secret.Value, _secret.Problem));

        await ReadAsync("");
        Assert.Equal((first, "it is empty"), (_secret.Value, _secret.Problem));

        var second = Made.ApiKey();
        await ReadAsync(second);
        Assert.Equal((second, null), (_secret.Value, _secret.Problem));
    }

    [Fact]
    public async Task Logs_a_change_for_better_or_worse_once_and_never_the_value()
    {
        var value = Made.ApiKey();
        await ReadAsync(value);
        await ReadAsync(value);
        await ReadAsync("");
        await ReadAsync("");
        await ReadAsync(value);

        Assert.Equal([EventIds.SecretRead, EventIds.SecretFailed, EventIds.SecretRead], _log.Ids);
        Assert.All(_log.Lines, line => Assert.DoesNotContain(value, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Passes_on_how_long_the_store_wants_to_be_left_alone()
    {
        _next = SecretReading.Failed(SecretOutcome.Throttled, "the store wants to be asked less often") with { RetryAfter = TimeSpan.FromSeconds(7) };

        Assert.Equal(TimeSpan.FromSeconds(7), await _secret.RefreshAsync());
    }

    /// <summary>A parser's own exception may quote what it could not parse, and must end neither the start nor the reading anew.</summary>
    [Fact]
    public async Task Keeps_the_last_good_value_where_a_parser_throws_and_repeats_none_of_its_words()
    {
        var first = Made.ApiKey();
        await ReadAsync(first);

        await ReadAsync("throw");

        Assert.Equal((first, "it could not be understood (FormatException)"), (_secret.Value, _secret.Problem));
        Assert.All(_log.Lines, line => Assert.DoesNotContain("cannot parse", line, StringComparison.Ordinal));
    }

    private Task<TimeSpan?> ReadAsync(string value)
    {
        _next = SecretReading.Found(value, version: null);
        return _secret.RefreshAsync();
    }

    private sealed class ScriptedSecret(SecretReader reader, LogLines<HeldSecret> log) : HeldSecret("Test:Secret", new SecretReference("env", "TEST", Field: null), reader, log)
    {
        public string? Value { get; private set; }

        protected override string? Take(SecretContent content)
        {
            if (content.Reveal().Length == 0)
                return "it is empty";
            if (content.Reveal() == "throw")
                throw new FormatException($"cannot parse '{content.Reveal()}'");
            Value = content.Reveal();
            return null;
        }
    }

    private sealed class Store(HeldSecretTests test) : ISecretStore
    {
        public Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation) => Task.FromResult(test._next);
    }
}
