using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace Fabraix.Proxy.Tests.Tokens.Rfc8725;

/// <summary>
/// The draft's sections 3.13 and 3.15, iteration counts and decompression, and whatever else makes a small token much work. Each is judged within 5 ms, signed
/// by the issuer or not.
/// </summary>
public sealed class BombTests : TokenCases
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(5);

    private static readonly string Claims = Jose.Claims().ToJsonString()[1..^1];

    private static readonly string Header = Jose.Header().ToJsonString();

    public static TheoryData<string, string> Bombs => new()
    {
        { "arrays in arrays", Signed($"{{{Claims},\"x\":{new string('[', 2400)}{new string(']', 2400)}}}") },
        { "objects in objects", Signed($"{{{Claims},\"x\":{Many("{\"a\":", 700)}1{new string('}', 700)}}}") },
        { "arrays that never end", Signed(new string('[', 5000)) },
        { "a header of arrays", $"{Jose.Encode($"{{\"alg\":\"ES256\",\"kid\":\"ES256-key\",\"x\":{new string('[', 2400)}{new string(']', 2400)}}}")}.e30.AAAA" },
        { "many names", Signed($"{{{Claims},{string.Join(',', Enumerable.Range(0, 600).Select(i => $"\"{i}\":0"))}}}") },
        { "many names, each escaped", Signed($"{{{Claims},{string.Join(',', Enumerable.Range(0, 350).Select(i => $"\"\\u{i + 256:x4}\":0"))}}}") },
        { "many names that are one", Signed($"{{{Claims},{Many("\"a\":0,", 800)}\"b\":0}}") },
        { "many audiences", Signed($"{{{Claims.Replace("\"aud\":\"fabraix-proxy\"", $"\"aud\":[{Many("\"\",", 1700)}\"fabraix-proxy\"]", StringComparison.Ordinal)}}}") },
        { "many scopes", Signed($"{{{Claims},\"scp\":\"{Many("a ", 2500)}\"}}") },
        { "many lists of scopes", Signed($"{{{Claims},\"scp\":[{Many("\"a b\",", 850)}\"\"]}}") },
        { "a number of many digits", Signed($"{{{Claims.Replace("\"iat\":", $"\"iat\":0.{new string('9', 5000)}e", StringComparison.Ordinal)}}}") },
        { "a power of many digits", Signed($"{{{Claims.Replace("\"iat\":", $"\"iat\":1e-{new string('9', 5000)}", StringComparison.Ordinal)}}}") },
        { "a subject of escapes", Signed($"{{{Claims.Replace("user-1", Many("\\u0061", 850), StringComparison.Ordinal)}}}") },
        { "blanks", Signed($"{{{Claims}{new string(' ', 5300)}}}") },
        { "full stops", new string('.', 8192) },
        { "one part without end", new string('A', 10_000_000) },
        { "three parts without end", $"{Jose.Encode(Header)}.{new string('A', 5_000_000)}.{new string('A', 5_000_000)}" },
        { "letters that are none, without end", new string('\u4e2d', 10_000_000) },
        { "a signature of 7 KiB", $"{Jose.Encode(Header)}.{Jose.Encode($"{{{Claims}}}")}.{new string('A', 7200)}" },
        { "a count of iterations", $"{Jose.Encode("""{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2s":"AAAA","p2c":2147483647,"kid":"ES256-key"}""")}.AAAA.AAAA.AAAA.AAAA" },
        { "a count of iterations, signed", Jose.Sign("""{"alg":"PBES2-HS512+A256KW","p2s":"AAAA","p2c":2147483647,"kid":"ES256-key"}""", $"{{{Claims}}}", "ES256") },
        { "compressed, signed", Compressed() },
    };

    [Theory]
    [MemberData(nameof(Bombs), DisableDiscoveryEnumeration = true)]
    public void Is_judged_within_5_ms(string bomb, string token)
    {
        // The best of many, so that another process's turn is not counted.
        var best = TimeSpan.MaxValue;
        for (var round = 0; round < 50 && best > Longest / 10; round++)
        {
            var start = Stopwatch.GetTimestamp();
            Judge(token);
            var took = Stopwatch.GetElapsedTime(start);
            best = took < best ? took : best;
        }

        Assert.True(best < Longest, $"{bomb}: {best.TotalMilliseconds} ms");
    }

    [Fact]
    public async Task Are_within_the_size_that_is_looked_at_unless_they_are_about_size()
    {
        foreach (var row in Bombs)
        {
            var (name, token) = (row.Data.Item1, row.Data.Item2);
            if (token.Length > Fabraix.Proxy.Tokens.CompactJws.MaxLength)
                Assert.Contains("without end", name, StringComparison.Ordinal);
        }

        await RefusedAsync(Shape, Bombs.First(row => row.Data.Item1 == "arrays in arrays").Data.Item2);
    }

    private static string Many(string piece, int times) => string.Concat(Enumerable.Repeat(piece, times));

    private static string Signed(string payload) => Jose.Sign(Header, payload, "ES256");

    // Ten megabytes of blanks and the claims, in ten kilobytes or so.
    private static string Compressed()
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write(Encoding.UTF8.GetBytes(new string(' ', 4_000_000) + $"{{{Claims}}}"));
        var input = $"{Jose.Encode("""{"alg":"ES256","kid":"ES256-key","zip":"DEF"}""")}.{Jose.Encode(packed.ToArray())}";
        return $"{input}.{Jose.Encode(Jose.P256.SignData(Encoding.ASCII.GetBytes(input), System.Security.Cryptography.HashAlgorithmName.SHA256))}";
    }
}
