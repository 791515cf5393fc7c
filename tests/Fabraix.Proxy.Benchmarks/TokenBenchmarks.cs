using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Benchmarks;

/// <summary>From a token's text to its caller. The platform's own check of the signature, over the same bytes, is the baseline.</summary>
[MemoryDiagnoser]
[MinColumn]
public class TokenBenchmarks
{
    private TokenSubject? _subject;
    private SampleToken[] _tokens = [];
    private TokenValidator _forgetful = null!;
    private TokenValidator _remembering = null!;
    private int _next;

    [Params("ES256", "RS256")]
    public string Algorithm { get; set; } = "";

    [GlobalSetup]
    public async Task Setup()
    {
        _subject = await TokenSubject.MakeAsync(Algorithm);
        (_tokens, _forgetful, _remembering) = (_subject.All, _subject.Forgetful, _subject.Remembering);
    }

    [GlobalCleanup]
    public void Cleanup() => _subject?.Dispose();

    [Benchmark(Baseline = true)]
    public bool Platform() => _subject!.Key switch
    {
        RSA rsa => rsa.VerifyData(Next().Input, _tokens[_next].Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        ECDsa ec => ec.VerifyData(Next().Input, _tokens[_next].Signature, HashAlgorithmName.SHA256),
        _ => throw new InvalidOperationException("No such key."),
    };

    [Benchmark]
    public object First() => Caller(_forgetful, Next());

    [Benchmark]
    public object Remembered() => Caller(_remembering, _tokens[0]);

    private SampleToken Next() => _tokens[_next = (_next + 1) % _tokens.Length];

    private static Caller Caller(TokenValidator validator, SampleToken token)
    {
        var verdict = validator.ValidateAsync(token.Text, CancellationToken.None);
        return verdict.IsCompletedSuccessfully && verdict.Result.Caller is { } caller ? caller : throw new InvalidOperationException("It is not accepted, or not at once.");
    }
}
