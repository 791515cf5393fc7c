using System.CommandLine;
using Fabraix.Proxy.Commands;

namespace Fabraix.Proxy.Tests.Commands;

/// <summary>What a command said and answered.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public string Everything => $"{Output}\n{Error}";
}

/// <summary>Runs a command as <c>Program</c> does, in this process.</summary>
internal static class CommandLine
{
    // Options are static, and a root command adds itself to each as a parent.
    private static readonly Lock Gate = new();

    public static async Task<CommandResult> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        ParseResult parsed;
        lock (Gate)
            parsed = ProxyCommands.Root().Parse(args);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null }, TestContext.Current.CancellationToken);
        return new CommandResult(code, output.ToString(), error.ToString());
    }
}
