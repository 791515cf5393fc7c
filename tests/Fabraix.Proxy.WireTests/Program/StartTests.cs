using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Program;

/// <summary>Readiness says yes only when the public listener answers: whoever asked before would be refused.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Is_not_ready_while_the_signing_keys_are_fetched_and_nothing_listens()
    {
        await using var issuer = new TestIssuer().Serve();
        var (asked, release) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        var answer = issuer.Server!.Answer;
        issuer.Server.Answer = async exchange =>
        {
            asked.TrySetResult();
            await release.Task;
            await answer(exchange);
        };
        var port = FreePort();
        var starting = ProxyUnderTest.StartAsync(setup =>
        {
            setup.Issuer = issuer;
            setup.Settings["Fabraix:Tokens:Issuers:main:Jwks"] = issuer.JwksUrl;
            setup.Settings["Fabraix:Management:Url"] = $"http://127.0.0.1:{port}";
        });
        await asked.Task.InTimeAsync("the fetch of the keys");

        await using var management = await RawClient.ConnectAsync(new Uri($"http://127.0.0.1:{port}"));
        var early = await management.AskAsync(new RequestText("GET", "/healthz/ready").With("Host", management.Host).ToString());
        Assert.Equal(503, early.Status);
        Assert.Contains("\"starting\"", early.Text, StringComparison.Ordinal);

        release.SetResult();
        await using var proxy = await starting;
        Assert.Equal(200, (await proxy.ManageAsync("/healthz/ready")).Status);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
