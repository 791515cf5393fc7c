using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>Each fault of the fakes is what it says, seen with a bare client on one of them: they all share one server.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private readonly string value = Made.ApiKey();
    private VaultFake vault = null!;
    private HttpClient http = null!;
    private string path = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        vault = await VaultFake.StartAsync();
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = vault.Address };
        http.DefaultRequestHeaders.Add("X-Vault-Token", vault.Auth.MakeToken());
        http.DefaultRequestHeaders.Add("X-Vault-Request", "true");
        var name = vault.NewName();
        vault.Put(name, value);
        path = "/v1/" + vault.PathOf(name);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await vault.DisposeAsync();
    }

    [Fact]
    public async Task Throttles_and_recovers()
    {
        await vault.SetFaultAsync(Fault.Throttle(7));
        using var answer = await http.GetAsync(path, Stop);
        Assert.Equal((HttpStatusCode.TooManyRequests, new RetryConditionHeaderValue(TimeSpan.FromSeconds(7))), (answer.StatusCode, answer.Headers.RetryAfter));
        await AssertRecoversAsync();
    }

    [Fact]
    public async Task Fails_with_its_services_own_500()
    {
        await vault.SetFaultAsync(Fault.ServerError);
        using var answer = await http.GetAsync(path, Stop);
        Assert.Equal((HttpStatusCode.InternalServerError, """{"errors":["internal error"]}"""), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop)));
    }

    [Fact]
    public async Task Hangs_until_it_is_told_to_go_on()
    {
        await vault.SetFaultAsync(Fault.Hang);
        var hanging = http.GetStringAsync(path, Stop);
        await Bounds.UntilAsync(() => vault.Hanging == 1, "the request at the fake");
        Assert.False(hanging.IsCompleted);
        await vault.SetFaultAsync(Fault.None);

        Assert.Contains(value, await hanging.InTimeAsync("the answer"), StringComparison.Ordinal);
        Assert.Equal((0, 1), (vault.Hanging, vault.Reads));
    }

    [Fact]
    public async Task Hangs_no_longer_than_it_lives()
    {
        await vault.SetFaultAsync(Fault.Hang);
        var hanging = http.GetStringAsync(path, Stop);
        await Bounds.UntilAsync(() => vault.Hanging == 1, "the request at the fake");
        await vault.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => hanging.InTimeAsync("the end"));
    }

    [Fact]
    public async Task Refuses_connections_and_comes_back_on_its_port()
    {
        var port = vault.Port;
        await http.GetStringAsync(path, Stop);
        for (var i = 0; i < 3; i++)
        {
            await vault.SetFaultAsync(Fault.RefuseConnections);
            var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(path, Stop));
            Assert.Equal(HttpRequestError.ConnectionError, failure.HttpRequestError);
            await AssertRecoversAsync();
            Assert.Equal(port, vault.Port);
        }
        Assert.Equal(4, vault.Reads);
    }

    [Fact]
    public async Task Breaks_off_in_the_middle_of_its_answer()
    {
        await vault.SetFaultAsync(Fault.HalfAnswer);
        using var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Stop);
        var length = answer.Content.Headers.ContentLength!.Value;
        await using var body = await answer.Content.ReadAsStreamAsync(Stop);
        var buffer = new byte[length];
        var failure = await Assert.ThrowsAsync<HttpIOException>(async () => await body.ReadExactlyAsync(buffer, Stop));

        Assert.Equal((HttpStatusCode.OK, HttpRequestError.ResponseEnded), (answer.StatusCode, failure.HttpRequestError));
        Assert.StartsWith("{\"request_id\"", System.Text.Encoding.UTF8.GetString(buffer), StringComparison.Ordinal);
        await AssertRecoversAsync();
    }

    [Fact]
    public async Task Answers_what_is_no_json()
    {
        await vault.SetFaultAsync(Fault.NotJson);
        using var answer = await http.GetAsync(path, Stop);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(answer.Content.ReadAsStream(Stop)));
    }

    [Fact]
    public async Task Answers_far_too_much_that_is_lawful()
    {
        await vault.SetFaultAsync(Fault.Oversized);
        var body = await http.GetByteArrayAsync(path, Stop);
        Assert.InRange(body.Length, 2 * 1024 * 1024, int.MaxValue);
        using var json = JsonDocument.Parse(body);
        Assert.Equal(value, json.RootElement.GetProperty("data").GetProperty("data").GetProperty(StoreFake.DefaultField).GetString());
    }

    [Fact]
    public async Task Keeps_its_faults_from_those_whom_it_does_not_know()
    {
        await vault.SetFaultAsync(Fault.ServerError);
        vault.Auth.RevokeTokens();
        using var answer = await http.GetAsync(path, Stop);
        Assert.Equal((HttpStatusCode.Forbidden, 0, "permission denied"), (answer.StatusCode, vault.Reads, vault.Seen[0].Refusal));
    }

    private async Task AssertRecoversAsync()
    {
        await vault.SetFaultAsync(Fault.None);
        Assert.Contains(value, await http.GetStringAsync(path, Stop), StringComparison.Ordinal);
    }
}
