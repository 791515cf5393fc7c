using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Mint;

/// <summary><c>POST /token</c>: gives a client a token for one of its users (RFC 6749 section 4.4).</summary>
internal sealed partial class TokenEndpoint(MintOptions options, MintKeys keys, TokenMaker maker, MintClients clients, MintMetrics metrics, TimeProvider time, ILogger<TokenEndpoint> log)
    : ClientEndpoint(clients, metrics, time, log)
{
    public override string Path => "/token";

    protected override string Right => MintClientOptions.MintRight;

    protected override async Task<OAuthError?> AnswerAsync(HttpContext context, MintClientOptions client, Form form)
    {
        var (request, broken) = TokenRequest.Read(form, client, options.Issuer.Dpop);
        if (request is null)
            return broken;
        if (keys.Signing is not { } key)
            return OAuthError.NoSigningKey;
        if (maker.Make(request, client, key) is not { } token)
            return OAuthError.Request($"Ask for less in subject, scope and claims: the token would be longer than {CompactJws.MaxLength} characters.");

        Log.Minted(log, client.Name, Caller.PseudonymOf(options.Issuer.Name, request.Subject), request.Scopes.Count, (int)request.Lifetime.TotalSeconds, key.KeyId);
        await OAuthAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("access_token", token);
            json.WriteString("token_type", request.KeyThumbprint is null ? "Bearer" : "DPoP");
            json.WriteNumber("expires_in", (int)request.Lifetime.TotalSeconds);
            json.WriteString("scope", string.Join(' ', request.Scopes));
        });
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.TokenMinted, LogLevel.Information, "Client {Client} got a token for caller {Caller}: {Scopes} scopes, {Lifetime} s, signed by {KeyId}.")]
        public static partial void Minted(ILogger logger, string client, string caller, int scopes, int lifetime, string keyId);
    }
}
