using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Fabraix.TestKit;

/// <summary>What a proxy with a mint is started with, and a backend that asks it: a signing key and a client's secret, in files of their own.</summary>
internal sealed class TestMint : IDisposable
{
    public const string Client = "web-backend";
    public const string Revoker = "revoker";
    private const string Section = "Fabraix:Mint:";

    private static int tokens;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-mint-");
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Bounds.Wait };

    public TestMint()
    {
        Write(TestKey.Ec());
        WriteSecret(Secret);
        Replace(RevokerFile, RevokerSecret);
    }

    /// <summary>The client's secret, as it was at first.</summary>
    public string Secret { get; } = Made.ApiKey();

    /// <summary>The secret of another client, which may only revoke.</summary>
    public string RevokerSecret { get; } = Made.ApiKey();

    public string KeyFile => Path.Combine(folder.FullName, "signing-key");

    public string SecretFile => Path.Combine(folder.FullName, "secret");

    private string RevokerFile => Path.Combine(folder.FullName, "revoker");

    /// <summary>Puts the mint into a proxy's configuration; the proxy's one issuer becomes its.</summary>
    public void Into(ProxySetup setup)
    {
        setup.Settings["Fabraix:Tokens:Issuers:main:Jwks"] = "mint";
        setup.Settings[Section + "SigningKeys:0"] = "file:" + KeyFile;
        setup.Settings[Section + $"Clients:{Client}:Secret"] = "file:" + SecretFile;
        setup.Settings[Section + $"Clients:{Client}:Scope"] = "run:write event:write check:write";
        setup.Settings[Section + $"Clients:{Revoker}:Secret"] = "file:" + RevokerFile;
        setup.Settings[Section + $"Clients:{Revoker}:Rights:0"] = "revoke";
    }

    /// <summary>Replaces the signing key, as PEM or as another text.</summary>
    public void Write(TestKey key, string? text = null) => Replace(KeyFile, text ?? key.Algorithm.ExportPkcs8PrivateKeyPem());

    public void WriteSecret(string secret) => Replace(SecretFile, secret + "\n");

    /// <summary>Asks for a token as the one client, for a user, unless a parameter says otherwise; null takes one away.</summary>
    public Task<MintAnswer> AskAsync(ProxyUnderTest proxy, params (string Name, string? Value)[] parameters)
    {
        var form = new Dictionary<string, string?> { ["grant_type"] = "client_credentials", ["subject"] = "user-1" };
        foreach (var (name, value) in parameters) form[name] = value;
        return SendAsync(proxy, "/token", string.Join('&', form.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}")));
    }

    /// <summary>A token that must come.</summary>
    public async Task<string> MintAsync(ProxyUnderTest proxy, params (string Name, string? Value)[] parameters)
    {
        var answer = await AskAsync(proxy, parameters);
        return answer.Json.TryGetProperty("access_token", out var token) ? token.GetString()! : throw new InvalidDataException($"No token: {answer.Status} {answer.Text}");
    }

    /// <summary>Sends a form to the management listener. The capture does not see the answer, which holds a token by right.</summary>
    public async Task<MintAnswer> SendAsync(ProxyUnderTest proxy, string path, string form, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(proxy.Management, path)) { Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded") };
        request.Headers.Authorization = Basic(Client, Secret);
        change?.Invoke(request);
        using var response = await http.SendAsync(request);
        var answer = new MintAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
        if (answer.Status == 200 && answer.Json.TryGetProperty("access_token", out var token))
            Capture.Process.AddToken($"minted token {Interlocked.Increment(ref tokens)}", token.GetString()!);
        return answer;
    }

    public static AuthenticationHeaderValue Basic(string name, string secret) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{secret}")));

    public void Dispose()
    {
        http.Dispose();
        folder.Delete(recursive: true);
    }

    private static void Replace(string file, string text)
    {
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }
}

/// <summary>What the mint said.</summary>
internal sealed record MintAnswer(int Status, string Text, HttpResponseHeaders Headers)
{
    public JsonElement Json => Text.StartsWith('{') is false ? JsonSerializer.Deserialize<JsonElement>("{}") : JsonSerializer.Deserialize<JsonElement>(Text);

    public string? Error => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("error", out var error) ? error.GetString() : null;
}
