using System.Text;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>The search for leaks can fail: planted secrets are found, in a capture of their own.</summary>
public sealed class CaptureTests
{
    private const string Planted = "planted-0123456789-abcdefghijklmnop";

    public static TheoryData<string, string> Spellings => new()
    {
        { "plain", Planted },
        { "hex", Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Planted)) },
        { "HEX", Convert.ToHexString(Encoding.ASCII.GetBytes(Planted)) },
        { "percent", string.Concat(Planted.Select(letter => $"%{(int)letter:X2}")) },
        { "UTF-16", string.Concat(Planted.Select(letter => letter + "\0")) },
        { "base64, at the first alignment", Convert.ToBase64String(Encoding.ASCII.GetBytes(Planted)) },
        { "base64, at the second", Convert.ToBase64String(Encoding.ASCII.GetBytes("x" + Planted + "yz")) },
        { "base64, at the third", Convert.ToBase64String(Encoding.ASCII.GetBytes("Bearer: " + Planted + "!")) },
        { "base64url", TestKey.Base64Url("{\"key\":\"" + Planted + "\"}") },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Finds_a_secret_however_it_is_spelt(string spelling, string text)
    {
        var capture = new Capture();
        capture.AddSecret("planted", Encoding.ASCII.GetBytes(Planted));
        Assert.Empty(capture.Report().Leaks);
        capture.Add(CaptureKind.Log, "a category", $"before {text} behind");

        var leak = Assert.Single(capture.Report().Leaks.DistinctBy(leak => leak.Source));
        Assert.Equal(("planted", CaptureKind.Log, "a category"), (leak.Secret, leak.Kind, leak.Source));
        Assert.NotEmpty(spelling);
    }

    [Fact]
    public void Finds_a_token_and_its_signature_alone()
    {
        var capture = new Capture();
        var token = $"{TestKey.Base64Url("{\"alg\":\"ES256\"}")}.{TestKey.Base64Url("{\"sub\":\"x\"}")}.{TestKey.Base64Url(Planted)}";
        capture.AddToken("planted", token);
        capture.Add(CaptureKind.Answer, "payload", token.Split('.')[1]);
        Assert.Empty(capture.Report().Leaks);

        capture.Add(CaptureKind.Answer, "signature", "x" + token.Split('.')[2] + "x");
        capture.Add(CaptureKind.Answer, "whole", token);
        Assert.Equal(["signature", "whole"], capture.Report().Leaks.Select(leak => leak.Source).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Finds_a_secret_among_thousands_in_megabytes()
    {
        var capture = new Capture();
        var secrets = Enumerable.Range(0, 5_000).Select(_ => Made.ApiKey(capture)).ToArray();
        for (var i = 0; i < 100; i++) capture.Add(CaptureKind.Log, "noise", new string((char)('a' + (i % 26)), 500_000));
        Assert.Empty(capture.Report().Leaks);

        capture.Add(CaptureKind.Log, "leak", new string('a', 100_000) + secrets[4321] + new string('b', 100_000));
        Assert.Single(capture.Report().Leaks);
        Assert.Equal(101, capture.Report().Total(CaptureKind.Log).Pieces);
    }

    [Fact]
    public void Names_a_leak_without_repeating_it()
    {
        var capture = new Capture();
        capture.AddSecret("planted", Encoding.ASCII.GetBytes(Planted));
        capture.Add(CaptureKind.Metrics, "/metrics", Planted);

        Assert.DoesNotContain(Planted, Assert.Single(capture.Report().Leaks).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Searches_what_the_kits_own_clients_and_proxies_hand_in()
    {
        var before = Capture.Process.Report();
        await using var proxy = await ProxyUnderTest.StartAsync();
        await proxy.AskAsync(proxy.Post());
        await proxy.ManageAsync("/metrics");
        var after = Capture.Process.Report();

        Assert.All(Enum.GetValues<CaptureKind>(), kind => Assert.InRange(after.Total(kind).Bytes, before.Total(kind).Bytes + 200, long.MaxValue));
        Assert.InRange(after.Secrets, before.Secrets + 3, int.MaxValue);
    }
}
