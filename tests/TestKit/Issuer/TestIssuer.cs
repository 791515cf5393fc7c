using System.Text.Json.Nodes;

namespace Fabraix.TestKit;

/// <summary>
/// A token issuer with keys made for this run. Its public keys lie in a file and, once <see cref="Serve"/> was called, behind
/// a loopback address with discovery.
/// </summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    private static int tokens;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-issuer-");
    private readonly TimeProvider time;
    private readonly List<TestKey> keys = [];

    public TestIssuer(TimeProvider? time = null, string name = "https://login.example/")
    {
        this.time = time ?? TimeProvider.System;
        Name = name;
        keys.Add(Key);
        Publish();
    }

    /// <summary>What its tokens say as iss.</summary>
    public string Name { get; }

    public string Audience { get; } = "fabraix-proxy";

    /// <summary>Signs unless a draft says otherwise.</summary>
    public TestKey Key { get; } = TestKey.Ec();

    public string JwksFile => Path.Combine(folder.FullName, "jwks.json");

    /// <summary>Entries of the JWKS besides the keys, such as a symmetric one.</summary>
    public IList<JsonObject> OtherEntries { get; } = [];

    /// <summary>The server of <see cref="Serve"/>; its answers can be changed as any upstream's.</summary>
    public RecordingUpstream? Server { get; private set; }

    public string JwksUrl => Server!.Address + "jwks.json";

    public string MetadataUrl => Server!.Address + ".well-known/openid-configuration";

    public TestKey Add(TestKey key)
    {
        keys.Add(key);
        Publish();
        return key;
    }

    public void Remove(TestKey key)
    {
        keys.Remove(key);
        Publish();
    }

    /// <summary>Writes the current keys where the proxy finds them, replacing the file as a whole.</summary>
    public void Publish()
    {
        var fresh = JwksFile + ".new";
        File.WriteAllText(fresh, Jwks());
        File.Move(fresh, JwksFile, overwrite: true);
    }

    public string Jwks() => new JsonObject
    {
        ["keys"] = new JsonArray([.. keys.Select(key => key.PublicJwk()), .. OtherEntries.Select(entry => entry.DeepClone())]),
    }.ToJsonString();

    public TestIssuer Serve()
    {
        Server = RecordingUpstream.Start();
        Server.Answer = exchange => exchange.SendAsync(exchange.Request.Target switch
        {
            "/jwks.json" => UpstreamAnswer.Json(200, Jwks()),
            "/.well-known/openid-configuration" => UpstreamAnswer.Json(200, new JsonObject { ["issuer"] = Name, ["jwks_uri"] = JwksUrl }.ToJsonString()),
            _ => UpstreamAnswer.Json(404, "{}"),
        });
        return this;
    }

    /// <summary>A token for all three shipped routes that lives for five minutes, as <paramref name="change"/> alters it.</summary>
    public string Mint(Action<TokenDraft>? change = null)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var draft = new TokenDraft(
            Key,
            new JsonObject { ["alg"] = Key.Alg, ["typ"] = "JWT", ["kid"] = Key.Kid },
            new JsonObject
            {
                ["iss"] = Name,
                ["aud"] = Audience,
                ["sub"] = "user-1",
                ["scope"] = "run:write event:write check:write",
                ["iat"] = now,
                ["exp"] = now + 300,
            });
        change?.Invoke(draft);
        var token = draft.ToToken();
        Capture.Process.AddToken($"token {Interlocked.Increment(ref tokens)}", token);
        return token;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var key in keys.Append(Key)) key.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
