using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Program;

/// <summary>The program from its start to SIGTERM.</summary>
public sealed class ServeTests(ProgramFixture fixture) : IClassFixture<ProgramFixture>
{
    [Fact]
    public async Task Finishes_what_is_in_flight_when_it_is_told_to_stop()
    {
        var (asked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        fixture.Upstream.Forget();
        fixture.Upstream.Answer = async exchange =>
        {
            asked.SetResult();
            await Task.WhenAny(release.Task, exchange.Gone);
            await RecordingUpstream.DefaultAnswer(exchange);
        };
        await using var program = await ProxyProcess.StartAsync(fixture.Variables());
        var asking = fixture.AskAsync(program);
        await asked.Task.InTimeAsync("the request at the upstream");

        var ending = program.TerminateAsync();
        await Bounds.UntilAsync(() => NotReadyAsync(program), "the end of readiness");
        release.SetResult();

        Assert.Equal((200, """{"is_safe":true}"""), ((await asking).Status, (await asking).Text));
        Assert.Equal(0, await ending);
    }

    [Fact]
    public async Task Names_a_variable_that_is_there_twice_in_another_case()
    {
        var run = await ProgramRun.OfAsync(["serve"], fixture.Variables(("Fabraix__Tokens__ClockSkew", "30s"), ("Fabraix__Tokens__clockskew", "10s")));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Two environment variables have the same name", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_configuration_with_mistakes_and_names_all_of_them()
    {
        var run = await ProgramRun.OfAsync(["serve"], fixture.Variables(
            ("Fabraix__Tokens__Issuers__main__Issuer", ""), ("Fabraix__Upstream__Adress", "https://dev.fabraix.com"), ("Fabraix__Keys__default__Secret", fixture.ApiKey)));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Fabraix:Tokens:Issuers:main:Issuer", run.Error, StringComparison.Ordinal);
        Assert.Contains("Fabraix:Upstream:Adress", run.Error, StringComparison.Ordinal);
        Assert.Contains("Fabraix:Keys:default:Secret", run.Error, StringComparison.Ordinal);
        Assert.False((run.Error + run.Output).Contains(fixture.ApiKey, StringComparison.Ordinal), "A message repeats a configured value");
    }

    [Fact]
    public async Task Fails_where_its_address_is_taken()
    {
        await using var program = await ProxyProcess.StartAsync(fixture.Variables());
        var second = await ProgramRun.OfAsync(["serve"], fixture.Variables(("ASPNETCORE_URLS", $"http://127.0.0.1:{program.Address.Port}"), ("Fabraix__Management__Url", "http://127.0.0.1:0")));

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("could not start", second.Error, StringComparison.Ordinal);
    }

    /// <summary>dotnet run runs a web project in the project's folder; a file on the command line is relative to the caller's.</summary>
    [Fact]
    public async Task Finds_a_relative_file_in_the_callers_folder_under_dotnet_run()
    {
        var folder = Directory.CreateTempSubdirectory("fabraix-run-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "mine.json"), """{"Fabraix":{"Upstream":{"Adress":"x"}}}""", TestContext.Current.CancellationToken);
        var found = await ProgramRun.UnderDotnetRunAsync(folder.FullName, ["check", "--config", "mine.json"], fixture.Variables());
        var missing = await ProgramRun.UnderDotnetRunAsync(folder.FullName, ["check", "--config", "other.json"], fixture.Variables());
        folder.Delete(recursive: true);

        Assert.Equal(2, found.ExitCode);
        Assert.Contains("Fabraix:Upstream:Adress", found.Output + found.Error, StringComparison.Ordinal);
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("other.json", missing.Error, StringComparison.Ordinal);
    }

    private static async Task<bool> NotReadyAsync(ProxyProcess program)
    {
        await using var client = await RawClient.ConnectAsync(program.Management);
        return (await client.AskAsync(new RequestText("GET", "/healthz/ready").With("Host", client.Host).ToString())).Status == 503;
    }
}
