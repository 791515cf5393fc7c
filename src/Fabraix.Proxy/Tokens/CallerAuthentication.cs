using System.Security.Claims;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Tokens.Dpop;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace Fabraix.Proxy.Tokens;

/// <summary>
/// Makes JwtBearer, the framework's scheme, ask <see cref="TokenValidator"/>. The scheme's own reading of the header and
/// its own validation are replaced, not preceded: there is one opinion about a token. Possession is judged in here too, each time, so that no
/// Caller of a bound token leaves the scheme without it.
/// </summary>
/// <remarks>All of it happens in the scheme's first event: its token handlers know no request, and would let a client that has hung up keep its place among those who wait.</remarks>
internal sealed class CallerAuthentication(TokenValidator validator, ProofOfPossession possession, TokenOptions tokens) : IConfigureNamedOptions<JwtBearerOptions>
{
    public void Configure(JwtBearerOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.RefreshOnIssuerKeyNotFound = false;
        options.TokenHandlers.Clear();
        options.Events = new JwtBearerEvents { OnMessageReceived = DecideAsync };
    }

    /// <summary>The caller that authentication left, or the refusal.</summary>
    public static TokenVerdict Result(Microsoft.AspNetCore.Authentication.AuthenticateResult result, Refusal missing) => result switch
    {
        { Succeeded: true } when result.Principal.Identity is Caller caller => caller,
        { Failure: TokenRefusedException refused } => refused.Refusal,
        { None: true } => missing,
        _ => throw new InvalidOperationException("The bearer scheme gave neither a caller nor a refusal."),
    };

    /// <summary>Always ends with a result, so that the scheme itself never looks at the header.</summary>
    private async Task DecideAsync(MessageReceivedContext context)
    {
        if (Credentials.Read(context.Request, tokens) is not { } credentials)
        {
            context.NoResult();
            return;
        }

        var verdict = await validator.ValidateAsync(credentials.Token, context.HttpContext.RequestAborted);
        if (verdict.Caller is { } caller && await possession.JudgeAsync(context.HttpContext, credentials, caller) is { } unproven)
            verdict = unproven;
        if (verdict.Caller is { } proven)
        {
            context.Principal = new ClaimsPrincipal(proven);
            context.Success();
        }
        else
        {
            context.Fail(new TokenRefusedException(verdict.Refusal!));
        }
    }
}
