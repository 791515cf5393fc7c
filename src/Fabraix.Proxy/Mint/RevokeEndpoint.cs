using System.Globalization;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Mint;

/// <summary>
/// <c>POST /revoke</c>: has this replica, and with a shared Redis all, refuse a token, or a subject's, from now on (RFC 7009 section 2). Only a genuine token revokes what it names: backends
/// pass on what users hand them, and nobody's forged token may end another's.
/// </summary>
internal sealed partial class RevokeEndpoint(
    IssuerRegistry issuers, TokenValidator validator, Revocations revocations, MintClients clients, MintMetrics metrics, TimeProvider time, ILogger<RevokeEndpoint> log)
    : ClientEndpoint(clients, metrics, time, log)
{
    private static readonly string[] Named = ["token", "jti", "subject"];
    private static readonly OAuthError NotOne = OAuthError.Request("Send exactly one of token, jti and subject, with its value.");
    private static readonly OAuthError NoIssuer = OAuthError.Request("Set issuer to the name of an entry of Fabraix:Tokens:Issuers; it may be left out where there is only one.");

    public override string Path => "/revoke";

    protected override string Right => MintClientOptions.RevokeRight;

    protected override async Task<OAuthError?> AnswerAsync(HttpContext context, MintClientOptions client, Form form)
    {
        var (token, id, subject) = (form["token"], form["jti"], form["subject"]);

        // By name: one that came without its value is a mistake of the client's, who would believe that it was revoked.
        if (Named.Count(form.Has) != 1 || (token ?? id ?? subject) is null)
            return NotOne;
        if (token is not null)
            return await RevokeTokenAsync(context, client, token);

        var issuer = form["issuer"] is { } named ? issuers.All.FirstOrDefault(issuer => issuer.Options.Name == named) : issuers.All is [var only] ? only : null;
        if (issuer is null)
            return NoIssuer;
        var name = issuer.Options.Name;
        return id is not null
            ? await TellAsync(context, client, "a jti", name, caller: "", revocations.RevokeId(name, id))
            : await TellAsync(context, client, "a subject", name, Caller.PseudonymOf(name, subject!), revocations.RevokeSubject(name, subject!));
    }

    private async Task<OAuthError?> RevokeTokenAsync(HttpContext context, MintClientOptions client, string token)
    {
        var verdict = await validator.ValidateAsync(token, context.RequestAborted);
        if (verdict.Refusal?.Error == ProxyError.IssuerUnavailable || MayComeToBeGood(token, verdict.Refusal))
            return OAuthError.IssuerUnread;

        // It may be revoked at this replica alone, and the client repeats what was answered with 503.
        if (verdict.Refusal == TokenValidator.Revoked && !await revocations.TellAsync())
            return OAuthError.NotTold;

        // RFC 7009 section 2.2: whoever wants a token to be dead has nothing to mend where it is.
        if ((verdict.Caller is null && verdict.Refusal != TokenValidator.NotYet) || validator.Read(token).Read is not { } read)
        {
            await OAuthAnswer.WriteAsync(context, StatusCodes.Status200OK, static json => json.WriteBoolean("revoked", false));
            return null;
        }

        var name = read.Issuer.Options.Name;
        var caller = Caller.PseudonymOf(name, read.Claims.Subject);
        return await TellAsync(context, client, "a token", name, caller, revocations.RevokeToken(TokenFacts.Of(token, name, read.Claims), caller, read.Claims));
    }

    /// <summary>Whether its kid may be one that the issuer's source has, and this replica has not fetched yet. The mint's own keys it has all.</summary>
    private bool MayComeToBeGood(string token, Refusal? refusal) => refusal == TokenValidator.KeyId && validator.Read(token).Read is { Issuer.Options.Keys.IsMint: false };

    private async Task<OAuthError?> TellAsync(HttpContext context, MintClientOptions client, string what, string issuer, string caller, DateTimeOffset? until)
    {
        if (until is not { } end)
            return OAuthError.NoRoom;
        Log.Revoked(log, client.Name, what, issuer, caller);
        if (!await revocations.TellAsync())
            return OAuthError.NotTold;
        await OAuthAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteBoolean("revoked", true);
            json.WriteString("reach", revocations.Reach);
            json.WriteString("until", end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        });
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.TokensRevoked, LogLevel.Information, "Client {Client} revoked {What} of issuer {Issuer}, caller {Caller}.")]
        public static partial void Revoked(ILogger logger, string client, string what, string issuer, string caller);
    }
}
