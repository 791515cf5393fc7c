using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Mint;

/// <summary>The lines that the README shows to a backend, run as they stand there.</summary>
public sealed class SnippetTests(MintFixture fixture) : IClassFixture<MintFixture>, IDisposable
{
    private const string User = "user-ä";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-snippet-");

    private ProxyUnderTest Proxy => fixture.Proxy;

    private TestMint Mint => fixture.Mint;

    private string Address => Proxy.Management.GetLeftPart(UriPartial.Authority);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task In_CSharp_give_a_token_that_the_proxy_accepts()
    {
        var source = File.ReadAllText(Path.Combine(Checkout.Root, "tests", "Fabraix.Proxy.WireTests", "Mint", "CSharpBackend.cs")).Split("        // README\n")[1];
        Assert.Equal(Snippet("csharp"), string.Concat(source.Split('\n').Select(line => line.Length > 8 ? line[8..] + "\n" : "")));

        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = Proxy.Management };
        await AssertAcceptedAsync(await CSharpBackend.TokenAsync(http, Mint.Secret, User));
    }

    [Fact]
    public async Task In_Node_give_a_token_that_the_proxy_accepts()
    {
        var script = Path.Combine(folder.FullName, "backend.mjs");
        await File.WriteAllTextAsync(script, $"const {{ MINT: mint, SECRET: secret, USER_ID: userId }} = process.env;\n{Snippet("js")}console.log(token);\n", TestContext.Current.CancellationToken);

        await AssertAcceptedAsync(await Scripts.RunAsync("node", [script], "", ("MINT", Address), ("SECRET", Mint.Secret), ("USER_ID", User)));
    }

    [Fact]
    public async Task In_Python_give_a_token_that_the_proxy_accepts()
    {
        var script = Path.Combine(folder.FullName, "backend.py");
        await File.WriteAllTextAsync(script, $"import os\nmint, secret, user_id = os.environ['MINT'], os.environ['SECRET'], os.environ['USER_ID']\n{Snippet("python")}print(token)\n", TestContext.Current.CancellationToken);

        await AssertAcceptedAsync(await Scripts.RunAsync("python3", ["-I", script], "", ("MINT", Address), ("SECRET", Mint.Secret), ("USER_ID", User), ("PYTHONUTF8", "1")));
    }

    private async Task AssertAcceptedAsync(string? token)
    {
        Assert.NotNull(token);
        Capture.Process.AddToken("token of a snippet", token);
        Assert.Contains($"\"sub\":\"{User}\"", System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1])), StringComparison.Ordinal);
        Assert.Equal(200, (await Proxy.AskAsync(Proxy.Post(token: token))).Status);
    }

    /// <summary>The one fence of a language below the mint's heading.</summary>
    private static string Snippet(string language)
    {
        var section = File.ReadAllText(Path.Combine(Checkout.Root, "README.md")).Split("\n## ").Single(part => part.StartsWith("Mint tokens for your backend\n", StringComparison.Ordinal));
        return Assert.Single(section.Split("```" + language + "\n").Skip(1)).Split("```")[0];
    }
}
