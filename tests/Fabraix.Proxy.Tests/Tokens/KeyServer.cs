using System.Text.Json.Nodes;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Tests.Configuration;
using Fabraix.Proxy.Tokens;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>An issuer's key set behind a loopback address; it counts who asks, and misbehaves as it is told.</summary>
internal sealed class KeyServer : IAsyncDisposable
{
    private readonly RecordingUpstream _server = RecordingUpstream.Start();

    public KeyServer() => Publish("first");

    public int Fetches => _server.RequestCount;

    public Uri Address => _server.Address;

    /// <summary>Signing keys by these names, each an EC key of P-256.</summary>
    public void Publish(params string[] keyIds) => Answer(Set([.. keyIds.Select(keyId => Key(keyId))]));

    public void Answer(string json, int status = 200) => _server.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(status, json));

    public void Redirect(Uri to) => _server.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(302, "{}", $"Location: {to}"));

    /// <summary>Keeps whoever asks waiting until the task completes, and then answers as it did before.</summary>
    public void HoldUntil(Task release)
    {
        var answer = _server.Answer;
        _server.Answer = async exchange =>
        {
            await release;
            await answer(exchange);
        };
    }

    public void BreakOff() => _server.Answer = static exchange =>
    {
        exchange.Reset();
        return Task.CompletedTask;
    };

    /// <summary>A head with this line, and then piece after piece, until there is none or whoever asked has left.</summary>
    public void Stream(Func<string?> next, string headerLine) => _server.Answer = async exchange =>
    {
        await exchange.SendAsync(UpstreamAnswer.Head(200, headerLine));
        while (!exchange.Gone.IsCompleted && next() is { } piece)
            await exchange.SendAsync(piece);
        exchange.Close();
    };

    /// <summary>An issuer whose keys come from here, as its <c>Jwks</c> or as its <c>Metadata</c>.</summary>
    public IssuerOptions Options(string source = "Jwks") => Issuers.Options() with { Keys = Source(source, Address.ToString()) };

    public static KeySource Source(string name, string value)
    {
        var findings = new Findings();
        var source = KeySource.Read(new SectionReader(Sample.Load($$"""{"Main": {"{{name}}": "{{value}}"} }"""), "Main", findings));
        Assert.Empty(findings.Mistakes);
        return source!;
    }

    public static JsonObject Key(string keyId, string use = "sig")
    {
        var jwk = Jose.Jwk("ES256");
        (jwk["kid"], jwk["use"]) = (keyId, use);
        return jwk;
    }

    public static string Set(params JsonObject[] keys) => Jose.Jwks([.. keys]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
