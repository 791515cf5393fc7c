using System.CommandLine;
using Fabraix.Proxy.Configuration;
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
    private static readonly Option<string?> Host = new("--host") { Description = "The host that is called. Default the first of AllowedHosts, else localhost.", HelpName = "H" };
    private static readonly Option<string[]> Jwks = new("--jwks") { Description = "Keys of a configured issuer from a file.", HelpName = "ISSUER=FILE" };

    public static Command Create()
    {
        var command = new Command("explain", "Decides a request offline: exit code 0 would forward, 3 would refuse, 4 not decidable offline.") { Request, Method, Path, Token, Origin, Host, Jwks };
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
            var text = RequestText(parsed);
            var settings = reading.Settings! with { Tokens = await WithLocalKeysAsync(reading.Settings!.Tokens, parsed.GetValue(Jwks) ?? [], cancellation) };
            await using var proxy = ProxyHost.Build(settings, configuration, new HostSeams { Logging = static _ => { } });
            var context = text is not null
                ? OfflineRequest.Parse(text, proxy.Services)
                : OfflineRequest.Of(parsed.GetValue(Method)!, parsed.GetValue(Path)!, parsed.GetValue(Host) ?? OfflineRequest.HostFor(settings.Edge), parsed.GetValue(Token), parsed.GetValue(Origin), proxy.Services);
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

        // Either would have to be ignored, and the verdict be about another request than the one that was meant.
        Option[] beside = [Method, Path, Token, Origin, Host];
        if (Array.Find(beside, option => parsed.GetResult(option) is not null) is { } both)
            throw new InvalidDataException($"--request: the file holds the whole request; leave {both.Name} out.");

        try
        {
            return File.ReadAllText(file, System.Text.Encoding.Latin1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidDataException($"--request: {file} {FileFailure.Of(e, file)}.");
        }
    }

    private static async Task<TokenOptions> WithLocalKeysAsync(TokenOptions tokens, string[] jwks, CancellationToken cancellation)
    {
        var issuers = tokens.Issuers.ToList();
        using var fetcher = new KeyFetcher();
        foreach (var pair in jwks.Select(pair => pair.Split('=', 2)))
        {
            var at = pair is [var name, { Length: > 0 }] ? issuers.FindIndex(issuer => issuer.Name == name) : -1;
            if (at < 0)
                throw new InvalidDataException($"--jwks: set ISSUER=FILE, where ISSUER is one of {string.Join(", ", issuers.Select(issuer => issuer.Name))}.");
            issuers[at] = issuers[at] with { Keys = KeySource.FromFile(pair[1]) };
            await TryKeysAsync(issuers[at], pair[1], fetcher, cancellation);
        }

        return tokens with { Issuers = issuers };
    }

    /// <summary>Without this a file that gives no keys would look like an issuer that is down.</summary>
    private static async Task TryKeysAsync(IssuerOptions issuer, string file, KeyFetcher fetcher, CancellationToken cancellation)
    {
        try
        {
            JwksReader.Read(await fetcher.FetchAsync(issuer, cancellation), issuer);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"--jwks: {file} gives no usable keys. {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"--jwks: {file} {FileFailure.Of(e, file)}.");
        }
    }
}
