using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Fuzz;

/// <summary>
/// Judges one input as a request's token would be, and throws where that lets an exception out, takes over 50 ms, or makes a caller of what
/// the issuer did not sign or of claims that say otherwise.
/// </summary>
internal sealed class TokenTarget : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    private readonly FuzzIssuer _issuer = new();

    // The first token is slow for reasons of its own: code is compiled, keys are fetched.
    public TokenTarget() => Require(Judge(_issuer.Good).Caller is not null, "The good token is refused.");

    public TimeSpan Slowest { get; private set; }

    public int Accepted { get; private set; }

    public void Try(ReadOnlySpan<byte> input)
    {
        var read = FuzzInput.Read(input, _issuer);
        var verdict = JudgeInTime(read.Token);
        Require(verdict.Caller is null != verdict.Refusal is null, "Neither a caller nor a refusal, or both.");
        if (verdict.Caller is not { } caller)
            return;

        Accepted++;
        Require(read.IsSigned, "A caller, although the issuer did not sign the token.");
        var claims = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(read.Token.Split('.')[1]))!;
        Require(claims["sub"]!.GetValue<string>() == caller.Subject, "The caller is another than the token says.");
        Require(claims["iss"]!.GetValue<string>() == "https://fuzz.example/", "The issuer is another.");
        Require(claims["cnf"] is null, "The token is bound.");
    }

    public void Dispose() => _issuer.Dispose();

    /// <summary>Another process may have had the processor: only what is slow every time is slow.</summary>
    private TokenVerdict JudgeInTime(string token)
    {
        for (var round = 1; ; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var verdict = Judge(token);
            var took = Stopwatch.GetElapsedTime(start);
            if (took <= Longest)
            {
                Slowest = took > Slowest ? took : Slowest;
                return verdict;
            }

            Require(round < 5, $"It took over {Longest.TotalMilliseconds} ms, every time.");
        }
    }

    private TokenVerdict Judge(string token)
    {
        _issuer.Validator.Read(token);
        var verdict = _issuer.Validator.ValidateAsync(token, CancellationToken.None);
        return verdict.IsCompleted ? verdict.Result : verdict.AsTask().GetAwaiter().GetResult();
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidOperationException(otherwise);
    }
}
