using Fabraix.Proxy.Tests.Configuration;
using Fabraix.Proxy.Tests.Tokens;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Commands;

/// <summary><c>explain</c> judges a proof as <c>serve</c> does, but for what only the running proxy knows.</summary>
public sealed class ExplainDpopTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ProofMaker _page = new();
    private readonly string _config;

    public ExplainDpopTests()
    {
        var json = Sample.With("Fabraix:Tokens:Issuers:main:Dpop", "\"accept\"", Sample.With("Fabraix:Tokens:PublicUrl", "\"https://proxy.example\""));
        _config = _folder.Write("my.json", Sample.With("Fabraix:Tokens:NonceSecret", "\"file:/nowhere/nonce-secret\"", json));
        _folder.Write("jwks.json", Jose.Jwks(Jose.Jwk("ES256")));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _page.Key.Dispose();
    }

    [Fact]
    public async Task Passes_a_good_proof_and_says_what_it_has_not_judged()
    {
        var token = Token();
        var result = await Explain($"DPoP {token}", Proof(token));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("token          pass", result.Lines);
        Assert.Contains("proof          pass, but nonce and replay: not judged offline", result.Lines);
    }

    [Fact]
    public async Task Says_nothing_of_a_proof_where_the_token_is_not_bound()
    {
        var result = await Explain($"Bearer {Token(bound: false)}", null);

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain(result.Lines, line => line.StartsWith("proof", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_what_is_wrong_with_the_proof()
    {
        var token = Token();

        Refused("dpop: no proof", await Explain($"DPoP {token}", null));
        Refused("dpop: htu is another", await Explain($"DPoP {token}", _page.Make("POST", "https://proxy.example/v1/check", token)));
        Refused("dpop: a bound token under the scheme Bearer", await Explain($"Bearer {token}", Proof(token)));
        Refused("dpop: a token without cnf under the scheme DPoP", await Explain($"DPoP {Token(bound: false)}", Proof(token)));
    }

    [Fact]
    public async Task Judges_the_proof_though_the_issuers_keys_are_not_there()
    {
        var token = Token();

        Refused("dpop: htm is another", await Explain($"DPoP {token}", _page.Make("GET", "https://proxy.example/v1/event", token), keys: false));
        Assert.Equal(4, (await Explain($"DPoP {token}", Proof(token), keys: false)).ExitCode);
    }

    private static void Refused(string rule, CommandResult result)
    {
        Assert.Equal(3, result.ExitCode);
        Assert.Equal($"token          refuse: 401 token_invalid ({rule})", result.Lines[^1]);
    }

    private string Token(bool bound = true) => Jose.Token(claims =>
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        (claims["iat"], claims["exp"]) = (now - 60, now + 240);
        if (bound)
            claims["cnf"] = _page.Confirmation;
    });

    private string Proof(string token) => _page.Make("POST", "https://proxy.example/v1/event", token);

    private Task<CommandResult> Explain(string authorization, string? proof, bool keys = true)
    {
        var lines = $"POST /v1/event HTTP/1.1\nHost: localhost\nAuthorization: {authorization}\nContent-Type: application/json\n{(proof is null ? "" : $"DPoP: {proof}\n")}\n{{}}";
        string[] jwks = keys ? ["--jwks", $"main={_folder.At("jwks.json")}"] : [];
        return CommandLine.RunAsync(["explain", "--config", _config, "--request", _folder.Write("request.txt", lines), .. jwks]);
    }
}
