using System.Text;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Keys;

/// <summary>
/// What becomes of a request whose key the upstream refuses. The key is a variable of this process: nothing tells the proxy of a
/// change, so that a new value is only found by asking.
/// </summary>
public sealed class ReplayTests : IAsyncLifetime
{
    private readonly string variable = "FABRAIX_TEST_" + Guid.NewGuid().ToString("N");
    private readonly string first = Made.ApiKey();
    private readonly string second = Made.ApiKey();
    private ProxyUnderTest proxy = null!;

    public async ValueTask InitializeAsync()
    {
        Change(first);
        proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Keys:default:Secret"] = "env:" + variable);
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        Environment.SetEnvironmentVariable(variable, null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(65536)]
    [InlineData(262144)]
    public async Task Sends_the_same_bytes_again_with_the_key_that_it_finds(int length)
    {
        Accept(second);
        Change(second);
        var body = length == 0 ? "" : "\"" + new string('a', length - 2) + "\"";

        var answer = await proxy.AskAsync(length == 0 ? proxy.Post(body: "") : proxy.Post(body: body));

        Assert.Equal(200, answer.Status);
        AnswerAssert.Common(answer);
        var seen = proxy.Upstream.Requests;
        Assert.Equal(2, seen.Count);
        Assert.True(seen[0].Header("x-api-key") == first && seen[1].Header("x-api-key") == second, "The keys are not the old one and then the new one");
        Assert.Equal(body, Encoding.Latin1.GetString(seen[1].Body));
        Assert.Equal(Except(seen[0]), Except(seen[1]));
    }

    [Fact]
    public async Task Sends_chunks_again_as_the_one_body_that_they_were()
    {
        Accept(second);
        Change(second);
        var request = proxy.Post(body: "").Without("Content-Length").With("Transfer-Encoding", "chunked").ToString() + "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n";

        await using var client = await proxy.ConnectAsync();
        Assert.Equal(200, (await client.AskAsync(request)).Status);
        Assert.All(proxy.Upstream.Requests, seen => Assert.Equal("{\"a\":1}", Encoding.Latin1.GetString(seen.Body)));
        Assert.Equal(2, proxy.Upstream.RequestCount);
    }

    [Fact]
    public async Task Says_502_once_nothing_else_is_left_to_send()
    {
        Accept();

        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "upstream_key_rejected");
        Assert.Equal(1, proxy.Upstream.RequestCount);
        Assert.Contains("the upstream refuses", (await proxy.ManageAsync("/healthz/ready")).Text, StringComparison.Ordinal);
        Assert.Single(proxy.Logs.Lines, line => line.Id.Id == 1406);

        Accept(first);
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        Assert.Equal("""{"status":"ready","degraded":[]}""", (await proxy.ManageAsync("/healthz/ready")).Text);
    }

    [Fact]
    public async Task Sends_once_more_and_not_again_where_the_new_key_is_refused_too()
    {
        Accept();
        Change(second);

        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "upstream_key_rejected");
        Assert.Equal(2, proxy.Upstream.RequestCount);

        // Dropped: the next request does not carry it.
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "upstream_key_rejected");
        Assert.Equal(1, proxy.Upstream.Requests.Count(seen => seen.Header("x-api-key") == second));
    }

    [Fact]
    public async Task Sends_all_that_waited_with_the_key_that_one_reading_found()
    {
        const int Many = 20;
        var arrived = new CountdownEvent(Many);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Upstream.Answer = async exchange =>
        {
            if (exchange.Request.Header("x-api-key") == second)
            {
                await RecordingUpstream.DefaultAnswer(exchange);
                return;
            }

            if (arrived.Signal()) all.SetResult();
            await all.Task;
            await exchange.SendAsync(UpstreamAnswer.Json(401, "{}"));
        };
        Change(second);

        var answers = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => proxy.AskAsync(proxy.Post())));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(2 * Many, proxy.Upstream.RequestCount);
        Assert.Single(proxy.Logs.Lines, line => line.Id.Id == 1403);
    }

    [Theory]
    [InlineData(403, "upstream_key_forbidden")]
    [InlineData(429, "rate_limited")]
    [InlineData(500, null)]
    [InlineData(503, null)]
    public async Task Sends_nothing_again_after_another_word_of_the_upstream(int status, string? code)
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(status, "{}", "Retry-After: 1"));
        Change(second);

        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal(1, proxy.Upstream.RequestCount);
        if (code == "upstream_key_forbidden") AnswerAssert.Error(answer, code);
        else Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Sends_nothing_again_after_a_broken_connection()
    {
        proxy.Upstream.Answer = static exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        };
        Change(second);

        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "upstream_unreachable");
        Assert.Equal(1, proxy.Upstream.RequestCount);
    }

    [Fact]
    public async Task Names_in_the_access_line_the_key_that_the_answer_was_for()
    {
        Accept(second);
        Change(second);
        await proxy.AskAsync(proxy.Post());
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1100), "the access line");

        var promoted = proxy.Logs.Lines.Single(line => line.Id.Id == 1404);
        Assert.Equal(promoted.Field("Key"), proxy.Logs.Lines.Single(line => line.Id.Id == 1100).Field("Key"));
        Assert.Contains("fabraix_proxy_key_replays_total", (await proxy.ManageAsync("/metrics")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_the_proof_of_a_candidate_to_the_probe_where_there_is_one()
    {
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var probed = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Settings["Fabraix:Keys:default:Probe:Path"] = "/v1/status";
            setup.ApiKey = first;
        });
        probed.Upstream.Answer = async exchange =>
        {
            if (exchange.Request.RequestLine.StartsWith("GET /v1/status ", StringComparison.Ordinal)) await answers.Task;
            await RecordingUpstream.DefaultAnswer(exchange);
        };
        await File.WriteAllTextAsync(probed.KeyFile, second, TestContext.Current.CancellationToken);
        await Bounds.UntilAsync(() => probed.Logs.Lines.Any(line => line.Id.Id == 1403), "a candidate");

        for (var i = 0; i < 20; i++) Assert.Equal(200, (await probed.AskAsync(probed.Post())).Status);
        Assert.True(probed.Upstream.Requests.Where(seen => seen.Method == "POST").All(seen => seen.Header("x-api-key") == first), "A user's request carried the candidate");

        answers.SetResult();
        await Bounds.UntilAsync(() => probed.Logs.Lines.Any(line => line.Id.Id == 1404), "its promotion");
        Assert.Equal(200, (await probed.AskAsync(probed.Post())).Status);
        Assert.True(probed.Upstream.Requests[^1].Header("x-api-key") == second, "The proven key is not in use");
        Assert.True(probed.Upstream.Requests.Where(seen => seen.Method == "GET").All(seen => seen.Header("x-api-key") == second), "The probe carried another key");
    }

    private void Change(string key) => Environment.SetEnvironmentVariable(variable, key);

    private void Accept(params string[] keys) => proxy.Upstream.Answer = exchange =>
        keys.Contains(exchange.Request.Header("x-api-key")) ? RecordingUpstream.DefaultAnswer(exchange) : exchange.SendAsync(UpstreamAnswer.Json(401, "{}"));

    private static IEnumerable<string> Except(RecordedRequest request) =>
        request.Headers.Where(header => !header.Key.Equals("x-api-key", StringComparison.OrdinalIgnoreCase)).Select(header => $"{header.Key}: {header.Value}").Prepend(request.RequestLine);
}
