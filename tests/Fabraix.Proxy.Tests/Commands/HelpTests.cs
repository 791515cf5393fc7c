using System.CommandLine;
using System.Reflection;
using Fabraix.Proxy.Commands;

namespace Fabraix.Proxy.Tests.Commands;

public sealed class HelpTests
{
    [Fact]
    public void Has_the_commands_of_the_contract() => Assert.Equal(
        ["check", "explain", "health", "serve", "token", "version"],
        ProxyCommands.Root().Subcommands.Select(command => command.Name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("serve", "--urls", "--config")]
    [InlineData("check", "--live", "--json", "--config")]
    [InlineData("explain", "--request", "--method", "--path", "--token", "--origin", "--jwks", "--config")]
    [InlineData("token", "--subject", "--scope", "--issuer", "--audience", "--lifetime", "--key", "--new-key", "--config")]
    [InlineData("health", "--config")]
    [InlineData("version", "--config")]
    public async Task Describes_each_command_and_its_options(string command, params string[] options)
    {
        var result = await CommandLine.RunAsync(command, "--help");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(ProxyCommands.Root().Subcommands.Single(one => one.Name == command).Description!, result.Output, StringComparison.Ordinal);
        Assert.All(options, option => Assert.Contains($"  {option}", result.Output, StringComparison.Ordinal));
        Assert.Contains($" {command} [options]", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describes_the_program()
    {
        var result = await CommandLine.RunAsync("--help");

        Assert.Equal(0, result.ExitCode);
        Assert.All(ProxyCommands.Root().Subcommands, command => Assert.Contains(command.Description!, result.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Leaves_no_option_without_a_description() =>
        Assert.DoesNotContain(ProxyCommands.Root().Subcommands.SelectMany(command => command.Options), option => string.IsNullOrEmpty(option.Description));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("check", "--nonsense")]
    [InlineData("check", "--config")]
    [InlineData("explain", "--jwks")]
    public async Task Prints_the_help_for_what_it_does_not_know(params string[] args)
    {
        var result = await CommandLine.RunAsync(args);

        Assert.Equal(1, result.ExitCode);
        Assert.NotEmpty(result.Error);
        Assert.Contains("Usage:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prints_version_commit_and_runtime()
    {
        var informational = typeof(ProxyHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+');

        var result = await CommandLine.RunAsync("version");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Matches($@"^fabraix-proxy {informational[0]}, commit {informational.ElementAtOrDefault(1) ?? "unknown"}, \.NET 10\.\d+\.\d+\S*\s*$", result.Output);
    }
}
