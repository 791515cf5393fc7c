using System.Security.Cryptography;
using System.Text.Json;
using Fabraix.Proxy.Tests.Configuration;

namespace Fabraix.Proxy.Tests.Commands;

public sealed class TokenCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _config;

    public TokenCommandTests() => _config = _folder.Write("my.json", Sample.Good);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Makes_a_key_whose_tokens_the_proxy_would_forward()
    {
        var made = await CommandLine.RunAsync("token", "--new-key", _folder.At("key.pem"));
        var jwks = _folder.Write("jwks.json", made.Output);
        var signed = await CommandLine.RunAsync("token", "--config", _config, "--subject", "user-1", "--scope", "event:write", "--key", _folder.At("key.pem"));

        var explained = await CommandLine.RunAsync("explain", "--config", _config, "--method", "POST", "--path", "/v1/event", "--token", signed.Output.Trim(), "--jwks", $"main={jwks}");

        Assert.Equal((0, 0, 0), (made.ExitCode, signed.ExitCode, explained.ExitCode));
    }

    [Fact]
    public async Task Prints_the_public_part_of_a_new_key_alone()
    {
        var made = await CommandLine.RunAsync("token", "--new-key", _folder.At("key.pem"));

        using var jwks = JsonDocument.Parse(made.Output);
        var key = Assert.Single(jwks.RootElement.GetProperty("keys").EnumerateArray());
        Assert.Equal(["kty", "kid", "use", "alg", "crv", "x", "y"], key.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("EC", "sig", "ES256", "P-256"), (Text(key, "kty"), Text(key, "use"), Text(key, "alg"), Text(key, "crv")));
    }

    [Fact]
    public async Task Makes_a_key_that_nobody_else_may_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs file modes.");
        await CommandLine.RunAsync("token", "--new-key", _folder.At("key.pem"));

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("key.pem")));
        var text = await File.ReadAllTextAsync(_folder.At("key.pem"), TestContext.Current.CancellationToken);
        Assert.True(PemEncoding.TryFind(text, out var pem));
        Assert.Equal("PRIVATE KEY", text[pem.Label]);
    }

    [Fact]
    public async Task Never_overwrites_a_file()
    {
        var file = _folder.Write("key.pem", "somebody's");

        var result = await CommandLine.RunAsync("token", "--new-key", file);

        Assert.Equal((2, "", $"--new-key: {file} exists; an existing key is never overwritten. Name another file, or delete that one and its JWKS."), (result.ExitCode, result.Output, result.Error.Trim()));
        Assert.Equal("somebody's", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no-such-folder/key.pem")]
    [InlineData(".")]
    public async Task Refuses_to_make_a_key_where_it_cannot(string name)
    {
        var result = await CommandLine.RunAsync("token", "--new-key", name);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("--new-key: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signs_what_it_is_told_for_the_only_issuer_and_audience()
    {
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        var (header, payload) = await Signed("--lifetime", "90s");

        Assert.Equal(("ES256", "JWT"), (Text(header, "alg"), Text(header, "typ")));
        Assert.Equal(("https://login.example.com/", "fabraix-proxy", "user-1", "event:write check:write"), (Text(payload, "iss"), Text(payload, "aud"), Text(payload, "sub"), Text(payload, "scope")));
        Assert.InRange(payload.GetProperty("iat").GetInt64(), before, before + 60);
        Assert.Equal(90, payload.GetProperty("exp").GetInt64() - payload.GetProperty("iat").GetInt64());
    }

    [Fact]
    public async Task Lives_five_minutes_unless_it_is_told_otherwise()
    {
        var (_, payload) = await Signed();

        Assert.Equal(300, payload.GetProperty("exp").GetInt64() - payload.GetProperty("iat").GetInt64());
    }

    [Fact]
    public async Task Signs_for_another_issuer_and_audience()
    {
        var (_, payload) = await Signed("--issuer", "https://other.example/", "--audience", "other");

        Assert.Equal(("https://other.example/", "other"), (Text(payload, "iss"), Text(payload, "aud")));
    }

    [Fact]
    public async Task Asks_which_of_several_audiences_is_meant() =>
        await Refuses("--audience is missing, and the issuer has not exactly one.", Sample.With("Fabraix:Tokens:Issuers:main:Audiences", "[\"one\", \"two\"]"), "--subject", "s", "--scope", "a", "--key", await Key());

    [Fact]
    public async Task Asks_which_of_several_issuers_is_meant() => await Refuses(
        "--issuer is missing, and 2 usable issuers are configured.",
        Sample.With("Fabraix:Tokens:Issuers:second", """{"Issuer": "https://second.example/", "Audiences": ["other"], "Jwks": "https://second.example/jwks.json"}"""),
        "--subject", "s", "--scope", "a", "--key", await Key());

    [Theory]
    [InlineData("--subject is missing.", "--scope", "a", "--key", "KEY")]
    [InlineData("--scope is missing.", "--subject", "s", "--key", "KEY")]
    [InlineData("--key is missing. Make a key with --new-key FILE.", "--subject", "s", "--scope", "a")]
    [InlineData("--lifetime is not a duration such as 5m.", "--subject", "s", "--scope", "a", "--key", "KEY", "--lifetime", "5")]
    [InlineData("--lifetime is not a duration such as 5m.", "--subject", "s", "--scope", "a", "--key", "KEY", "--lifetime", "0s")]
    [InlineData("--lifetime is not a duration such as 5m.", "--subject", "s", "--scope", "a", "--key", "KEY", "--lifetime", "-5m")]
    [InlineData("--lifetime is not a duration such as 5m.", "--subject", "s", "--scope", "a", "--key", "KEY", "--lifetime", "")]
    [InlineData("--key: nowhere.pem could not be read as a private key, PEM or JWK", "--subject", "s", "--scope", "a", "--key", "nowhere.pem")]
    [InlineData("--key: ", "--subject", "s", "--scope", "a", "--key", "")]
    public async Task Refuses_what_is_missing_or_wrong(string says, params string[] args)
    {
        var key = await Key();

        await Refuses(says, Sample.Good, [.. args.Select(arg => arg == "KEY" ? key : arg)]);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private async Task Refuses(string says, string json, params string[] args)
    {
        var result = await CommandLine.RunAsync(["token", "--config", _folder.Write("other.json", json), .. args]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(says, result.Error, StringComparison.Ordinal);
    }

    private async Task<string> Key()
    {
        await CommandLine.RunAsync("token", "--new-key", _folder.At("key.pem"));
        return _folder.At("key.pem");
    }

    private async Task<(JsonElement Header, JsonElement Payload)> Signed(params string[] more)
    {
        var result = await CommandLine.RunAsync(["token", "--config", _config, "--subject", "user-1", "--scope", "event:write check:write", "--key", await Key(), .. more]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var parts = result.Output.Trim().Split('.');
        return (Decoded(parts[0]), Decoded(parts[1]));
    }

    private static JsonElement Decoded(string part) => JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(part)).RootElement;
}
