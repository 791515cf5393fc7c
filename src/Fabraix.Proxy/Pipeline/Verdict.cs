using Fabraix.Proxy.Errors;

namespace Fabraix.Proxy.Pipeline;

/// <summary>What a step says: go on, answered already (a preflight), or refused and why.</summary>
internal readonly struct Verdict
{
    private Verdict(bool answered, Refusal? refusal) => (Answered, Refusal) = (answered, refusal);

    public static Verdict Pass => default;

    public static Verdict Done => new(answered: true, refusal: null);

    public bool Answered { get; }

    public Refusal? Refusal { get; }

    public static implicit operator Verdict(Refusal refusal) => Refuse(refusal);

    public static implicit operator ValueTask<Verdict>(Verdict verdict) => ValueTask.FromResult(verdict);

    public static Verdict Refuse(Refusal refusal) => new(answered: false, refusal);

    public ValueTask<Verdict> ToValueTask() => ValueTask.FromResult(this);
}
