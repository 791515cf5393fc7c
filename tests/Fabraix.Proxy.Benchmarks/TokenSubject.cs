using System.Security.Cryptography;
using Fabraix.Proxy.Tokens;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fabraix.Proxy.Benchmarks;

/// <summary>A validator whose one issuer has one key, and more tokens of it than its memory holds.</summary>
internal sealed class TokenSubject : IDisposable
{
    private const int Tokens = 16;

    private readonly KeyFetcher _fetcher = new();
    private readonly string _file = Path.GetTempFileName();

    private TokenSubject(AsymmetricAlgorithm key, string algorithm)
    {
        Key = key;
        All = [.. Enumerable.Range(0, Tokens).Select(i => SampleToken.Sign(key, algorithm, $"user-{i}"))];
        File.WriteAllText(_file, SampleToken.Jwks(key, algorithm));
        var issuer = new IssuerOptions { Name = "main", Issuer = "https://login.example/", Audiences = ["fabraix-proxy"], Keys = KeySource.FromFile(_file) };
        var options = new TokenOptions { Issuers = [issuer], MaxLifetime = TimeSpan.FromDays(1) };
        var issuers = new IssuerRegistry([new Issuer(issuer, new IssuerKeys(issuer, _fetcher, TimeProvider.System, NullLogger<IssuerKeys>.Instance))]);

        // Two generations of a quarter each: a token that comes again after all the others has been forgotten.
        Forgetful = new TokenValidator(issuers, new VerifiedTokens(mostEntries: Tokens / 4), new Revocations(options, TimeProvider.System, Revocations.Make(TimeProvider.System)), options, TimeProvider.System);
        Remembering = new TokenValidator(issuers, new VerifiedTokens(), new Revocations(options, TimeProvider.System, Revocations.Make(TimeProvider.System)), options, TimeProvider.System);
    }

    public AsymmetricAlgorithm Key { get; }

    public SampleToken[] All { get; }

    public TokenValidator Forgetful { get; }

    public TokenValidator Remembering { get; }

    public static async Task<TokenSubject> MakeAsync(string algorithm)
    {
        var subject = new TokenSubject(algorithm == "RS256" ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256), algorithm);
        foreach (var validator in new[] { subject.Forgetful, subject.Remembering })
        {
            if ((await validator.ValidateAsync(subject.All[0].Text, CancellationToken.None)).Caller is null)
                throw new InvalidOperationException("The sample token is not accepted.");
        }

        return subject;
    }

    public void Dispose()
    {
        Key.Dispose();
        _fetcher.Dispose();
        File.Delete(_file);
    }
}
