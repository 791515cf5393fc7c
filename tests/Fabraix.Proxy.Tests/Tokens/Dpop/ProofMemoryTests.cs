using Fabraix.Proxy.Facts;
using Fabraix.Proxy.Tokens.Dpop;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens.Dpop;

/// <summary>RFC 9449 section 11.1: a proof is used once. What is full refuses, and nobody fills it alone.</summary>
public sealed class ProofMemoryTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(Jose.Now);
    private readonly ProofMaker _maker;
    private readonly ProofMaker _other;
    private readonly ProofMemory _memory;

    public ProofMemoryTests() => (_maker, _other, _memory) = (new(_time), new(_time), new ProofMemory(_time, most: 8, mostOfOne: 3));

    public void Dispose()
    {
        _maker.Key.Dispose();
        _other.Key.Dispose();
    }

    [Fact]
    public async Task Knows_a_proof_until_its_time_is_over()
    {
        Assert.Equal(FactOutcome.New, await NoteAsync("a"));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(FactOutcome.Known, await NoteAsync("a"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FactOutcome.New, await NoteAsync("a"));
    }

    [Fact]
    public async Task Takes_no_proof_for_another()
    {
        Assert.Equal(FactOutcome.New, await NoteAsync("a"));
        Assert.Equal(FactOutcome.New, await NoteAsync("A"));
        Assert.Equal(FactOutcome.New, await NoteAsync("a", maker: _other));
        Assert.Equal(FactOutcome.Known, await NoteAsync("a", "another caller"));
    }

    [Fact]
    public async Task Lets_one_caller_hold_no_more_than_a_share()
    {
        foreach (var id in new[] { "a", "b", "c" })
            Assert.Equal(FactOutcome.New, await NoteAsync(id));

        Assert.Equal(FactOutcome.Full, await NoteAsync("d"));
        Assert.Equal(FactOutcome.New, await NoteAsync("d", "another caller"));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(FactOutcome.New, await NoteAsync("e"));
    }

    /// <summary>The usual bounds: a user who sends as fast as can be takes a sixty-fourth of all.</summary>
    [Fact]
    public async Task Lets_no_handful_of_callers_fill_it()
    {
        var memory = new ProofMemory(_time);
        var proof = OwnProof.Read(_maker.Make("POST", "https://proxy.example/", "t")).Proof!;
        for (var i = 0; i < 4096; i++)
            Assert.Equal(FactOutcome.New, await memory.NoteAsync(proof with { Id = $"{i}" }, "caller", _time.GetUtcNow() + TimeSpan.FromSeconds(60)));

        Assert.Equal(FactOutcome.Full, await memory.NoteAsync(proof, "caller", _time.GetUtcNow() + TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Refuses_when_it_is_full_and_forgets_nothing_for_it()
    {
        for (var i = 0; i < 8; i++)
            Assert.Equal(FactOutcome.New, await NoteAsync($"{i}", $"caller {i}"));

        Assert.Equal(FactOutcome.Full, await NoteAsync("8", "caller 8"));
        for (var i = 0; i < 8; i++)
            Assert.Equal(FactOutcome.Known, await NoteAsync($"{i}", $"caller {i}"));
    }

    [Fact]
    public async Task Keeps_no_account_of_callers_who_hold_nothing()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(FactOutcome.New, await NoteAsync("a", $"caller {i}"));
            _time.Advance(TimeSpan.FromSeconds(70));
        }

        Assert.Equal(1, _memory.Holders);
    }

    private async Task<FactOutcome> NoteAsync(string id, string caller = "caller", ProofMaker? maker = null)
    {
        var proof = OwnProof.Read((maker ?? _maker).Make("POST", "https://proxy.example/", "t", change: draft => draft.Claim("jti", id))).Proof!;
        return await _memory.NoteAsync(proof, caller, _time.GetUtcNow() + TimeSpan.FromSeconds(60));
    }
}
