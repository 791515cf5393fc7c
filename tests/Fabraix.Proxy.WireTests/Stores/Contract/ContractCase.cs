using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores.Contract;

/// <summary>One thing that every store does in the same way, unless it cannot come up there.</summary>
/// <param name="Name">A few words, as they are printed.</param>
/// <param name="Outcome">What the reading comes to, in every store.</param>
/// <param name="Needs">What a store must be able to do for the case to come up.</param>
/// <param name="Run">Brings it about and asserts.</param>
internal sealed record ContractCase(string Name, SecretOutcome Outcome, Ability[] Needs, Func<ContractRun, Task> Run)
{
    private const string Field = "fabraix_key";

    public static IReadOnlyList<ContractCase> All { get; } =
    [
        Value("present", SecretOutcome.Found, key => key),
        new("absent", SecretOutcome.Absent, [], async run => await run.ReadsAsync(SecretOutcome.Absent)),
        Value("empty", SecretOutcome.Empty, _ => ""),
        Value("a newline alone", SecretOutcome.Empty, _ => "\n"),
        Value("4 KiB long", SecretOutcome.Found, key => key.PadRight(4096, 'k')),
        Value("too long by one", SecretOutcome.TooLong, key => key.PadRight(4097, 'k')),
        Value("a control character", SecretOutcome.Malformed, key => key + "\u0001"),
        Value("a newline inside", SecretOutcome.Malformed, key => key + "\n" + key),
        Value("two newlines at its end", SecretOutcome.Malformed, key => key + "\n\n"),
        Value("a blank inside", SecretOutcome.Malformed, key => key + " " + key),
        Value("a letter beyond ASCII", SecretOutcome.Malformed, key => key + "\u00e9"),
        Value("a reference that nothing resolved", SecretOutcome.Malformed, _ => "env:FABRAIX_API_KEY"),
        Value("a newline at its end", SecretOutcome.Found, key => key + "\n"),
        new("field of a JSON object", SecretOutcome.Found, [], async run =>
        {
            run.Subject.Put(run.Name, new Dictionary<string, string> { ["other"] = Made.ApiKey(), [Field] = run.Key + "\n" });
            await run.FindsAsync(run.Key, field: Field);
        }),
        new("field that is not there", SecretOutcome.NoField, [], async run =>
        {
            run.Subject.Put(run.Name, new Dictionary<string, string> { ["other"] = run.Key });
            await run.ReadsAsync(SecretOutcome.NoField, field: Field);
        }),
        new("field of what is no JSON object", SecretOutcome.NoField, [Ability.PlainText], async run =>
        {
            run.Subject.Put(run.Name, run.Key);
            await run.ReadsAsync(SecretOutcome.NoField, field: Field);
        }),
        new("new version", SecretOutcome.Found, [Ability.Change], async run =>
        {
            run.Subject.Put(run.Name, run.Key);
            var first = await run.FindsAsync(run.Key);
            var second = Made.ApiKey();
            run.Subject.Put(run.Name, second);
            var reading = await run.FindsAsync(second);
            if (!run.Subject.Lacks.ContainsKey(Ability.Versions)) Assert.NotEqual(first.Version, reading.Version);
        }),
        new("pinned version", SecretOutcome.Found, [Ability.Versions], async run =>
        {
            run.Subject.Put(run.Name, run.Key);
            run.Subject.Put(run.Name, Made.ApiKey());
            await run.FindsAsync(run.Key, run.Subject.Previous(run.Name));
        }),
        new("pinned version that is not there", SecretOutcome.Absent, [Ability.Versions], async run =>
        {
            run.Subject.Put(run.Name, run.Key);
            await run.ReadsAsync(SecretOutcome.Absent, run.Subject.NoVersion);
        }),
        new("version that is switched off or destroyed", SecretOutcome.Disabled, [Ability.Disable], async run =>
        {
            run.Subject.Put(run.Name, run.Key);
            run.Subject.Disable(run.Name);
            await run.ReadsAsync(SecretOutcome.Disabled);
        }),
        new("deleted", SecretOutcome.Absent, [Ability.Change], async run =>
        {
            run.Subject.Put(run.Name, run.Key);
            await run.FindsAsync(run.Key);
            run.Subject.Delete(run.Name);
            await run.ReadsAsync(SecretOutcome.Absent);
        }),
        new("deleted and made anew", SecretOutcome.Found, [Ability.Change], async run =>
        {
            run.Subject.Put(run.Name, Made.ApiKey());
            run.Subject.Delete(run.Name);
            run.Subject.Put(run.Name, run.Key);
            await run.FindsAsync(run.Key);
        }),
        new("expired", SecretOutcome.Expired, [Ability.Expire], async run =>
        {
            run.Subject.Put(run.Name, run.Key);
            run.Subject.Expire(run.Name);
            await run.ReadsAsync(SecretOutcome.Expired);
        }),
        new("no permission", SecretOutcome.Forbidden, [Ability.Deny], async run =>
        {
            run.Subject.Put(run.Name, run.Key);
            run.Subject.Deny(run.Name);
            await run.ReadsAsync(SecretOutcome.Forbidden);
        }),
        new("throttled", SecretOutcome.Throttled, [Ability.Network], async run =>
        {
            run.Subject.Put(run.Name, run.Key);
            await run.Subject.SetFaultAsync(run.Name, Fault.Throttle(7));
            var reading = await run.ReadsAsync(SecretOutcome.Throttled);
            Assert.Equal(run.Subject.TellsRetryAfter ? TimeSpan.FromSeconds(7) : null, reading.RetryAfter);
        }),
        new("slow", SecretOutcome.TimedOut, [Ability.Hang], async run =>
        {
            run.Subject.Put(run.Name, run.Key);
            await run.Subject.SetFaultAsync(run.Name, Fault.Hang);
            await run.TimesOutAsync();
            await run.Subject.SetFaultAsync(run.Name, Fault.None);
            await Bounds.UntilAsync(async () => (await run.ReadAsync()).Outcome == SecretOutcome.Found, "the store's next answer");
        }),
        Faulty("refused connection", SecretOutcome.Unavailable, Fault.RefuseConnections),
        Faulty("out of order", SecretOutcome.Unavailable, Fault.ServerError),
        Faulty("half an answer", SecretOutcome.Broken, Fault.HalfAnswer),
        Faulty("a page instead of an answer", SecretOutcome.Broken, Fault.NotJson),
        Faulty("an answer that is too large", SecretOutcome.Broken, Fault.Oversized),
        new("back after an outage", SecretOutcome.Found, [Ability.Network], async run =>
        {
            run.Subject.Put(run.Name, Made.ApiKey());
            await run.ReadsAsync(SecretOutcome.Found);
            await run.Subject.SetFaultAsync(run.Name, Fault.RefuseConnections);
            await run.ReadsAsync(SecretOutcome.Unavailable);
            run.Subject.Put(run.Name, run.Key);
            await run.Subject.SetFaultAsync(run.Name, Fault.None);
            await run.FindsAsync(run.Key);
        }),
    ];

    /// <summary>Why the case does not come up in a store, or null where it does.</summary>
    public string? NotFor(StoreSubject subject) => Needs.Where(subject.Lacks.ContainsKey).Select(need => subject.Lacks[need]).FirstOrDefault();

    private static ContractCase Value(string name, SecretOutcome outcome, Func<string, string> value) => new(name, outcome, [], async run =>
    {
        var written = value(run.Key);
        run.Subject.Put(run.Name, written);
        if (outcome == SecretOutcome.Found) await run.FindsAsync(written.TrimEnd('\n'));
        else await run.ReadsAsync(outcome);
    });

    private static ContractCase Faulty(string name, SecretOutcome outcome, Fault fault) => new(name, outcome, [Ability.Network], async run =>
    {
        run.Subject.Put(run.Name, run.Key);
        await run.Subject.SetFaultAsync(run.Name, fault);
        await run.ReadsAsync(outcome);
    });
}

/// <summary>A case in a store: reads by the reader that the proxy has, and never lets a value into a failure's words.</summary>
internal sealed class ContractRun(StoreSubject subject) : IDisposable
{
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly SecretStores stores = new(subject.Context);
    private SecretReader? reader;

    public StoreSubject Subject => subject;

    public string Name { get; } = subject.NewName();

    public string Key { get; } = Made.ApiKey();

    public void Dispose() => stores.Dispose();

    public async Task<KeyReading> ReadAsync(string? version = null, string? field = null)
    {
        Assert.True(SecretReference.TryParse(subject.Reference(Name, version, field), out var secret));
        Assert.Null(SecretStores.Judge(secret));
        return KeyReading.Of(await (reader ??= new SecretReader(stores.For, time)).ReadAsync(secret, TestContext.Current.CancellationToken).InTimeAsync("a reading"));
    }

    public async Task<KeyReading> ReadsAsync(SecretOutcome outcome, string? version = null, string? field = null)
    {
        var reading = await ReadAsync(version, field);
        Assert.Equal((outcome, reading.Problem), (reading.Outcome, reading.Problem));
        Assert.Equal(outcome == SecretOutcome.Found, reading.Key is not null);
        Assert.False(reading.ToString().Contains(Key, StringComparison.Ordinal), "The reading's text holds the value");
        return reading;
    }

    public async Task<KeyReading> FindsAsync(string value, string? version = null, string? field = null)
    {
        var reading = await ReadsAsync(SecretOutcome.Found, version, field);
        Assert.True(ApiKey.TryParse(value, out var expected, out _, out _) && reading.Key!.Matches(expected), "Another value was read");
        return reading;
    }

    public async Task TimesOutAsync()
    {
        var reading = ReadsAsync(SecretOutcome.TimedOut);
        await Bounds.UntilAsync(() => subject.Hanging > 0, "a reading that waits");
        time.Advance(SecretReader.Longest);
        await reading;
    }
}
