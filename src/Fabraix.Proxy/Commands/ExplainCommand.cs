using System.CommandLine;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Commands;

/// <summary><c>explain</c>: decides a request offline, with the steps that serve asks, and prints each verdict in order.</summary>
internal static class ExplainCommand
{
    private static readonly Option<string?> Request = new("--request") { Description = "A file with a whole HTTP/1.1 request.", HelpName = "FILE" };
    private static readonly Option<string?> Method = new("--method") { Description = "Instead of a file: the method.", HelpName = "M" };
    private static readonly Option<string?> Path = new("--path") { Description = "Instead of a file: the request target.", HelpName = "P" };
    private static readonly Option<string?> Token = new("--token") { Description = "A bearer token.", HelpName = "T" };
    private static readonly Option<string?> Origin = new("--origin") { Description = "The page's origin.", HelpName = "O" };
    private static readonly Option<string[]> Jwks = new("--jwks") { Description = "Keys of a configured issuer from a file.", HelpName = "ISSUER=FILE" };

    public static Command Create()
    {
        var command = new Command("explain", "Decides a request offline: exit code 0 would forward, 3 would refuse, 4 not decidable offline.") { Request, Method, Path, Token, Origin, Jwks };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (CommandConfiguration.Read(parsed) is not var (configuration, reading))
            return ExitCodes.Refused;

        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var settings = reading.Settings! with { Tokens = WithLocalKeys(reading.Settings!.Tokens, parsed.GetValue(Jwks) ?? []) };
            await using var proxy = ProxyHost.Build(settings, configuration, new HostSeams { Logging = static _ => { } });
            var context = RequestText(parsed) is { } text
                ? OfflineRequest.Parse(text, proxy.Services)
                : OfflineRequest.Of(parsed.GetValue(Method)!, parsed.GetValue(Path)!, parsed.GetValue(Token), parsed.GetValue(Origin), proxy.Services);
            return await new Explanation(proxy.Services, settings, output).RunAsync(context, cancellation);
        }
        catch (InvalidDataException e)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCodes.Refused;
        }
    }

    private static string? RequestText(ParseResult parsed)
    {
        if (parsed.GetValue(Request) is not { } file)
        {
            return parsed.GetValue(Method) is not null && parsed.GetValue(Path) is not null
                ? null
                : throw new InvalidDataException("Set --request FILE, or --method M and --path P.");
        }

        try
        {
            return File.ReadAllText(file, System.Text.Encoding.Latin1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidDataException($"--request: {file} could not be read.");
        }
    }

    private static TokenOptions WithLocalKeys(TokenOptions tokens, string[] jwks)
    {
        var files = jwks.Select(pair => pair.Split('=', 2)).ToList();
        if (files.Find(pair => pair is not [var name, { Length: > 0 }] || !tokens.Issuers.Any(issuer => issuer.Name == name)) is not null)
            throw new InvalidDataException($"--jwks: set ISSUER=FILE, where ISSUER is one of {string.Join(", ", tokens.Issuers.Select(issuer => issuer.Name))}.");
        if (files.Find(pair => !File.Exists(pair[1])) is [_, var missing])
            throw new InvalidDataException($"--jwks: {missing} does not exist.");
        return tokens with
        {
            Issuers = [.. tokens.Issuers.Select(issuer => files.Find(pair => pair[0] == issuer.Name) is { } local ? issuer with { Keys = KeySource.FromFile(local[1]) } : issuer)],
        };
    }
}
