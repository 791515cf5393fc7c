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
    public void Knows_a_proof_until_its_time_is_over()
    {
        Assert.Equal(FactOutcome.New, Note("a"));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(FactOutcome.Known, Note("a"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FactOutcome.New, Note("a"));
    }

    [Fact]
    public void Takes_no_proof_for_another()
    {
        Assert.Equal(FactOutcome.New, Note("a"));
        Assert.Equal(FactOutcome.New, Note("A"));
        Assert.Equal(FactOutcome.New, Note("a", maker: _other));
        Assert.Equal(FactOutcome.Known, Note("a", "another caller"));
    }

    [Fact]
    public void Lets_one_caller_hold_no_more_than_a_share()
    {
        foreach (var id in new[] { "a", "b", "c" })
            Assert.Equal(FactOutcome.New, Note(id));

        Assert.Equal(FactOutcome.Full, Note("d"));
        Assert.Equal(FactOutcome.New, Note("d", "another caller"));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(FactOutcome.New, Note("e"));
    }

    /// <summary>The usual bounds: a user who sends as fast as can be takes a sixty-fourth of all.</summary>
    [Fact]
    public void Lets_no_handful_of_callers_fill_it()
    {
        var memory = new ProofMemory(_time);
        var proof = OwnProof.Read(_maker.Make("POST", "https://proxy.example/", "t")).Proof!;
        for (var i = 0; i < 4096; i++)
            Assert.Equal(FactOutcome.New, memory.Note(proof with { Id = $"{i}" }, "caller", _time.GetUtcNow() + TimeSpan.FromSeconds(60)));

        Assert.Equal(FactOutcome.Full, memory.Note(proof, "caller", _time.GetUtcNow() + TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void Refuses_when_it_is_full_and_forgets_nothing_for_it()
    {
        for (var i = 0; i < 8; i++)
            Assert.Equal(FactOutcome.New, Note($"{i}", $"caller {i}"));

        Assert.Equal(FactOutcome.Full, Note("8", "caller 8"));
        for (var i = 0; i < 8; i++)
            Assert.Equal(FactOutcome.Known, Note($"{i}", $"caller {i}"));
    }

    [Fact]
    public void Keeps_no_account_of_callers_who_hold_nothing()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(FactOutcome.New, Note("a", $"caller {i}"));
            _time.Advance(TimeSpan.FromSeconds(70));
        }

        Assert.Equal(1, _memory.Holders);
    }

    private FactOutcome Note(string id, string caller = "caller", ProofMaker? maker = null)
    {
        var proof = OwnProof.Read((maker ?? _maker).Make("POST", "https://proxy.example/", "t", change: draft => draft.Claim("jti", id))).Proof!;
        return _memory.Note(proof, caller, _time.GetUtcNow() + TimeSpan.FromSeconds(60));
    }
}
