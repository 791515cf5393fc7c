using Fabraix.Proxy.Tests.Configuration;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Commands;

public sealed class HealthCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingUpstream _management = RecordingUpstream.Start();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return _management.DisposeAsync();
    }

    [Theory]
    [InlineData(200, "{\"status\":\"ready\",\"degraded\":[]}", 0)]
    [InlineData(503, "{\"status\":\"not ready\",\"degraded\":[\"stopping\"]}", 1)]
    [InlineData(404, "", 1)]
    [InlineData(500, "", 1)]
    public async Task Answers_as_the_readiness_endpoint_does_and_prints_its_body(int status, string body, int exitCode)
    {
        _management.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(status, body));

        var result = await Health($"http://127.0.0.1:{_management.Address.Port}");

        Assert.Equal((exitCode, body), (result.ExitCode, result.Output.Trim()));
        Assert.StartsWith("GET /healthz/ready HTTP/1.1", _management.Only().Head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("*")]
    [InlineData("0.0.0.0")]
    [InlineData("localhost")]
    public async Task Asks_this_machine_where_the_listener_is_on_all_interfaces(string host) =>
        Assert.Equal(0, (await Health($"http://{host}:{_management.Address.Port}")).ExitCode);

    [Fact]
    public async Task Does_not_follow_the_rest_of_the_configuration() =>
        Assert.Equal(0, (await Health($"http://127.0.0.1:{_management.Address.Port}", Sample.With("Fabraix:Upstream:Timeout", "\"30\""))).ExitCode);

    [Fact]
    public async Task Is_not_well_where_nobody_listens()
    {
        var port = Ports.Closed();

        var result = await Health($"http://127.0.0.1:{port}");

        Assert.Equal((1, "", $"The management listener at port {port} does not answer."), (result.ExitCode, result.Output, result.Error.Trim()));
    }

    [Fact]
    public async Task Is_not_well_where_the_answer_breaks_off()
    {
        _management.Answer = static exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        };

        Assert.Equal(1, (await Health($"http://127.0.0.1:{_management.Address.Port}")).ExitCode);
    }

    [Fact]
    public async Task Is_not_well_where_its_address_is_none()
    {
        var result = await Health("nonsense");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("Fabraix:Management:Url: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_not_well_where_the_file_is_missing() =>
        Assert.Equal(1, (await CommandLine.RunAsync("health", "--config", _folder.At("nowhere.json"))).ExitCode);

    private Task<CommandResult> Health(string url, string start = Sample.Good) =>
        CommandLine.RunAsync("health", "--config", _folder.Write("my.json", Sample.With("Fabraix:Management:Url", $"\"{url}\"", start)));
}
