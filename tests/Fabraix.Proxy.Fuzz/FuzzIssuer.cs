using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fabraix.Proxy.Tokens;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fabraix.Proxy.Fuzz;

/// <summary>An issuer with a key made for this run, at a time that stands still, and the validator that trusts it.</summary>
internal sealed class FuzzIssuer : IDisposable
{
    public const string Header = """{"alg":"ES256","kid":"fuzz","typ":"at+jwt"}""";
    public const string Payload = """{"iss":"https://fuzz.example/","aud":"fabraix-proxy","sub":"user-1","iat":1767323045,"exp":1767323345,"scope":"check:write"}""";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _file = Path.GetTempFileName();
    private readonly KeyFetcher _fetcher = new();

    public FuzzIssuer()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        File.WriteAllText(_file, $$"""{"keys":[{"kty":"EC","kid":"fuzz","alg":"ES256","crv":"P-256","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}]}""");
        Good = Sign($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Payload))}");

        var options = new IssuerOptions { Name = "fuzz", Issuer = "https://fuzz.example/", Audiences = ["fabraix-proxy"], Keys = KeySource.FromFile(_file) };
        var keys = new IssuerKeys(options, _fetcher, StandingClock.Instance, NullLogger<IssuerKeys>.Instance);
        Validator = new TokenValidator(new IssuerRegistry([new Issuer(options, keys)]), new VerifiedTokens(mostEntries: 100), new Revocations(new TokenOptions(), StandingClock.Instance, Revocations.Make(StandingClock.Instance)), new TokenOptions { Issuers = [options] }, StandingClock.Instance);
    }

    public TokenValidator Validator { get; }

    /// <summary>A token that is accepted.</summary>
    public string Good { get; }

    public string Sign(string input) => $"{input}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";

    public void Dispose()
    {
        _key.Dispose();
        _fetcher.Dispose();
        File.Delete(_file);
    }

    /// <summary>The seeds' dates hold for ever, and an unknown kid leads to one fetch in all.</summary>
    private sealed class StandingClock : TimeProvider
    {
        public static readonly StandingClock Instance = new();

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1767323100);
    }
}
