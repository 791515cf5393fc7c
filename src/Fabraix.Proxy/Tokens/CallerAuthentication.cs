using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Tokens.Dpop;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Fabraix.Proxy.Tokens;

/// <summary>
/// Makes JwtBearer, the framework's scheme, ask <see cref="TokenValidator"/>. The scheme's own reading of the header and
/// its own validation are replaced, not preceded: there is one opinion about a token. Possession is judged in here too, each time, so that no
/// Caller of a bound token leaves the scheme without it.
/// </summary>
internal sealed class CallerAuthentication(TokenValidator validator, ProofOfPossession possession, TokenOptions tokens) : IConfigureNamedOptions<JwtBearerOptions>
{
    public void Configure(JwtBearerOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.RefreshOnIssuerKeyNotFound = false;
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(new CallerTokenHandler(validator));
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context =>
            {
                var credentials = Credentials.Read(context.Request, tokens);
                if (credentials is null)
                    context.NoResult();
                else if (credentials.Token.Length == 0)
                    context.Fail(new TokenRefusedException(TokenValidator.Shape)); // an empty token would let the scheme read the header itself
                else
                    context.Token = credentials.Token;
                return Task.CompletedTask;
            },
            OnTokenValidated = context =>
            {
                // The same header, read again: between the two events the scheme keeps nothing of it.
                var (credentials, caller) = (Credentials.Read(context.Request, tokens)!, (Caller)context.Principal!.Identity!);
                if (possession.Judge(context.HttpContext, credentials, caller) is { } refusal)
                    context.Fail(new TokenRefusedException(refusal));
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>The caller that authentication left, or the refusal.</summary>
    public static TokenVerdict Result(Microsoft.AspNetCore.Authentication.AuthenticateResult result, Refusal missing) => result switch
    {
        { Succeeded: true } when result.Principal.Identity is Caller caller => caller,
        { Failure: TokenRefusedException refused } => refused.Refusal,
        { None: true } => missing,
        _ => throw new InvalidOperationException("The bearer scheme gave neither a caller nor a refusal."),
    };

    private sealed class CallerTokenHandler(TokenValidator validator) : TokenHandler
    {
        public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
        {
            var verdict = await validator.ValidateAsync(token, CancellationToken.None);
            return verdict.Caller is { } caller
                ? new TokenValidationResult { IsValid = true, ClaimsIdentity = caller, SecurityToken = VerifiedToken.Instance }
                : new TokenValidationResult { IsValid = false, Exception = new TokenRefusedException(verdict.Refusal!) };
        }
    }

    /// <summary>The scheme wants a token object; the real one is not kept.</summary>
    private sealed class VerifiedToken : SecurityToken
    {
        public static readonly VerifiedToken Instance = new();

        public override string Id => "";

        public override string Issuer => "";

        public override SecurityKey? SecurityKey => null;

        public override SecurityKey? SigningKey { get; set; }

        public override DateTime ValidFrom => DateTime.MinValue;

        public override DateTime ValidTo => DateTime.MaxValue;
    }
}
