using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>
/// The token of a pod's service account in a file, as a cluster projects it: what workload identity, IRSA, federation and
/// Vault's Kubernetes login all begin with. It is replaced now and then, and what is asked must take the new one.
/// </summary>
internal sealed class ProjectedToken : IDisposable
{
    public const string Issuer = "https://cluster.example";
    public const string Subject = "system:serviceaccount:fabraix:fabraix-proxy";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static int count;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-token-");
    private readonly TestKey key = TestKey.Rsa();
    private readonly TimeProvider time;
    private readonly string audience;
    private int number;
    private int goodFrom;

    public ProjectedToken(string audience, TimeProvider? time = null)
    {
        this.audience = audience;
        this.time = time ?? TimeProvider.System;
        Current = Rotate();
    }

    /// <summary>Where the file lies, alone unless something else is put beside it.</summary>
    public string Folder => folder.FullName;

    public string File => Path.Combine(Folder, "token");

    public string Current { get; private set; }

    /// <summary>Writes a new token; the ones before stay good until they expire, as a cluster's do.</summary>
    public string Rotate()
    {
        var now = time.GetUtcNow();
        var token = new TokenDraft(
            key,
            new JsonObject { ["alg"] = key.Alg, ["kid"] = key.Kid },
            new JsonObject
            {
                ["iss"] = Issuer,
                ["sub"] = Subject,
                ["aud"] = new JsonArray(audience),
                ["iat"] = now.ToUnixTimeSeconds(),
                ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
                ["jti"] = Interlocked.Increment(ref number),
            }).ToToken();
        Capture.Process.AddToken($"projected token {Interlocked.Increment(ref count)}", token);
        Current = token;
        System.IO.File.WriteAllText(File + ".new", token);
        System.IO.File.Move(File + ".new", File, overwrite: true);
        return token;
    }

    /// <summary>Makes the tokens worthless that were written so far; <see cref="Rotate"/> writes a good one.</summary>
    public void Revoke() => goodFrom = Interlocked.Increment(ref number);

    /// <summary>What is wrong with a token that claims to be one of these, or null.</summary>
    public string? Judge(string? token)
    {
        if (token?.Split('.') is not [var header, var payload, var signature]) return "no token";
        if (!SignedJwt.IsSigned(key, header, payload, signature)) return "bad signature";
        var claims = JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(payload));
        if (claims.GetProperty("jti").GetInt32() < goodFrom) return "revoked";
        if (claims.GetProperty("aud")[0].GetString() != audience) return "wrong audience";
        return claims.GetProperty("exp").GetInt64() > time.GetUtcNow().ToUnixTimeSeconds() ? null : "expired";
    }

    public void Dispose()
    {
        key.Dispose();
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }
}
