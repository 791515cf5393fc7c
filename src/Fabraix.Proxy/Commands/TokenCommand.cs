using System.CommandLine;
using System.Text;
using System.Text.Json;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Fabraix.Proxy.Commands;

/// <summary><c>token</c>: signs a short-lived token with a local private key, for trying things out; makes such a key.</summary>
internal static class TokenCommand
{
    private static readonly Option<string?> Subject = new("--subject") { Description = "The user (sub).", HelpName = "S" };
    private static readonly Option<string?> Scope = new("--scope") { Description = "Scopes, separated by spaces." };
    private static readonly Option<string?> Issuer = new("--issuer") { Description = "iss. Default the only configured one.", HelpName = "I" };
    private static readonly Option<string?> Audience = new("--audience") { Description = "aud. Default the only configured one.", HelpName = "A" };
    private static readonly Option<string> Lifetime = new("--lifetime") { Description = "From now on, such as 5m.", DefaultValueFactory = static _ => "5m" };
    private static readonly Option<string?> Key = new("--key") { Description = "Private key, PEM or JWK.", HelpName = "FILE" };
    private static readonly Option<string?> NewKey = new("--new-key") { Description = "Makes a P-256 key, writes it there and prints its JWKS.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new Command("token", "Signs a short-lived token with a local private key.") { Subject, Scope, Issuer, Audience, Lifetime, Key, NewKey };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            if (parsed.GetValue(NewKey) is { } newKey)
            {
                using var made = LocalKey.Make(newKey);
                output.WriteLine(made.PublicJwks());
                return ExitCodes.Ok;
            }

            output.WriteLine(Sign(parsed));
            return ExitCodes.Ok;
        }
        catch (InvalidDataException e)
        {
            error.WriteLine(e.Message);
            return ExitCodes.Refused;
        }
    }

    private static string Sign(ParseResult parsed)
    {
        var subject = parsed.GetValue(Subject) ?? throw new InvalidDataException("--subject is missing.");
        var scope = parsed.GetValue(Scope) ?? throw new InvalidDataException("--scope is missing.");
        var file = parsed.GetValue(Key) ?? throw new InvalidDataException("--key is missing. Make a key with --new-key FILE.");
        if (!Durations.TryParse(parsed.GetValue(Lifetime)!, out var lifetime) || lifetime < TimeSpan.FromSeconds(1))
            throw new InvalidDataException("--lifetime is not a duration such as 5m.");

        var configuration = CommandConfiguration.Load(parsed) ?? throw new InvalidDataException("Without a configuration no token is signed.");
        var configured = TokenOptions.Read(new SectionReader(configuration, "Fabraix:Tokens", new Findings()));
        var (issuer, audience) = Names(parsed, configured.Issuers);
        using var key = LocalKey.Read(file);
        if (lifetime > configured.MaxLifetime)
            parsed.InvocationConfiguration.Error.WriteLine($"--lifetime is longer than Fabraix:Tokens:MaxLifetime ({Durations.Write(configured.MaxLifetime)}): the proxy will refuse this token.");
        return new JsonWebTokenHandler().CreateToken(Payload(subject, scope, issuer, audience, lifetime), key.Credentials);
    }

    private static (string Issuer, string Audience) Names(ParseResult parsed, IReadOnlyList<IssuerOptions> configured)
    {
        var (issuer, audience) = (parsed.GetValue(Issuer), parsed.GetValue(Audience));
        if (issuer is not null && audience is not null)
            return (issuer, audience);

        var one = issuer is null ? configured.Count == 1 ? configured[0] : null : configured.FirstOrDefault(candidate => candidate.Issuer == issuer);
        issuer ??= one?.Issuer ?? throw new InvalidDataException($"--issuer is missing, and {configured.Count} usable issuers are configured.");
        if (one is null)
            throw new InvalidDataException("--audience is missing, and --issuer names no usable issuer of the configuration to take it from.");
        audience ??= one.Audiences is [var single] ? single : throw new InvalidDataException("--audience is missing, and the issuer has not exactly one.");
        return (issuer, audience);
    }

    private static string Payload(string subject, string scope, string issuer, string audience, TimeSpan lifetime)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("iss", issuer);
            json.WriteString("aud", audience);
            json.WriteString("sub", subject);
            json.WriteString("scope", scope);
            json.WriteString("jti", Guid.NewGuid().ToString("N"));
            json.WriteNumber("iat", now);
            json.WriteNumber("exp", now + (long)lifetime.TotalSeconds);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
