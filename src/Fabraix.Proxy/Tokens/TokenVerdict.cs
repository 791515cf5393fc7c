using Fabraix.Proxy.Errors;

namespace Fabraix.Proxy.Tokens;

/// <summary>What a token is worth: a caller, or a refusal.</summary>
internal readonly record struct TokenVerdict
{
    public Caller? Caller { get; private init; }

    public Refusal? Refusal { get; private init; }

    public static implicit operator TokenVerdict(Caller caller) => Of(caller);

    public static implicit operator TokenVerdict(Refusal refusal) => Of(refusal);

    public static TokenVerdict Of(Caller caller) => new() { Caller = caller };

    public static TokenVerdict Of(Refusal refusal) => new() { Refusal = refusal };
}
