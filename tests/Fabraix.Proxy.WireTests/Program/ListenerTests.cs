using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Program;

/// <summary>Where the public listener is: Kestrel:Endpoints, then --urls, then ASPNETCORE_URLS, then ASPNETCORE_HTTP_PORTS. Each source names an address of its own here.</summary>
public sealed class ListenerTests(ProgramFixture fixture) : IClassFixture<ProgramFixture>
{
    private const string Endpoints = "Kestrel__Endpoints__Public__Url";
    private const string Urls = "ASPNETCORE_URLS";
    private const string Ports = "ASPNETCORE_HTTP_PORTS";

    [Theory]
    [InlineData("127.0.0.2", "http://127.0.0.2:0", "http://127.0.0.3:0", "http://127.0.0.4:0")]
    [InlineData("127.0.0.3", null, "http://127.0.0.3:0", "http://127.0.0.4:0")]
    [InlineData("127.0.0.4", null, null, "http://127.0.0.4:0")]
    [InlineData("[::]", null, null, "")]
    public async Task Is_where_the_strongest_source_says(string expected, string? endpoint, string? option, string variable)
    {
        var variables = fixture.Variables((Urls, variable), (Ports, "0"));
        if (endpoint is not null) variables[Endpoints] = endpoint;
        await using var program = await ProxyProcess.StartAsync(variables, option is null ? [] : ["--urls", option]);

        Assert.Equal(expected, program.Address.Host);
        Assert.Equal(0, await program.TerminateAsync());
    }

    [Fact]
    public async Task Is_several_where_several_are_named()
    {
        await using var program = await ProxyProcess.StartAsync(fixture.Variables((Urls, "http://127.0.0.2:0;http://127.0.0.3:0")));
        var line = program.Lines.Single(line => line.Contains("answers on", StringComparison.Ordinal));

        Assert.Contains("http://127.0.0.2:", line, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.3:", line, StringComparison.Ordinal);
        Assert.Equal(0, await program.TerminateAsync());
    }
}
