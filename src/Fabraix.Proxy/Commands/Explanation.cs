using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Bodies;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Tokens;
using Fabraix.Proxy.Tokens.Dpop;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Commands;

/// <summary>Asks the steps about one offline request and writes a line for each. No Caller is ever made from an unverified token: scopes are compared, nothing is granted.</summary>
internal sealed class Explanation(IServiceProvider services, ProxySettings settings, TextWriter output)
{
    private const int NameWidth = 15;
    private const string NotCounted = "not counted offline";

    public async Task<int> RunAsync(HttpContext context, CancellationToken cancellation)
    {
        foreach (var step in ProxyHost.BeforeToken(services))
        {
            var verdict = await step.JudgeAsync(context);
            if (verdict.Refusal is { } refusal)
                return Refuse(step.Name, refusal);
            if (verdict.Answered)
                return Answer(step.Name, "answered here with 204: a preflight never goes upstream");
            Write(step.Name, step switch
            {
                TripwireStep => "not judged offline: no secret is read",
                InFlightStep => NotCounted,
                _ => "pass",
            });
        }

        return await FromTokenAsync(context, cancellation);
    }

    private async Task<int> FromTokenAsync(HttpContext context, CancellationToken cancellation)
    {
        var route = context.Features.GetRequiredFeature<RouteRule>();
        var (claims, refusal, unjudged) = await JudgeTokenAsync(context, cancellation);
        if (refusal is not null)
            return Refuse("token", refusal);
        Write("token", unjudged is null ? "pass" : $"signature: not judged ({unjudged})");
        if (claims!.IsBound)
            Write("proof", "pass, but nonce and replay: not judged offline");

        if (!Grant.Covers(route, claims.Scopes))
            return Refuse("scope", ScopeStep.Insufficient(route, claims.Scheme));
        Write("scope", "pass");
        Write("user in flight", NotCounted);
        Write("user limit", NotCounted);

        var body = services.GetRequiredService<BodyStep>();
        if ((await body.JudgeAsync(context)).Refusal is { } badBody)
            return Refuse(body.Name, badBody);
        Write(body.Name, "pass");
        Write("circuit", "not judged offline");
        Write("key", $"{route.Key} (its secret is not read offline)");
        Write("key quota", NotCounted);

        if (unjudged is null)
            return Answer("forward", $"would go to {settings.Upstream.Address.GetLeftPart(UriPartial.Authority)}{route.Path} as route {route.Name}");
        Write("forward", "not decidable offline");
        return ExitCodes.NotDecidable;
    }

    private async Task<(TokenClaims? Claims, Refusal? Refusal, string? Unjudged)> JudgeTokenAsync(HttpContext context, CancellationToken cancellation)
    {
        if (Credentials.Read(context.Request, settings.Tokens) is not { } credentials)
            return (null, services.GetRequiredService<Challenges>().Missing, null);

        var validator = services.GetRequiredService<TokenValidator>();
        var (read, refusal) = validator.Read(credentials.Token);
        if (read is null)
            return (null, refusal, null);
        if (await WithoutKeysAsync(read.Issuer) is { } why)
            return (read.Claims, validator.JudgeTimes(read.Claims) ?? JudgePossession(context, credentials, read.Claims), why);

        var verdict = await validator.ValidateAsync(credentials.Token, cancellation);
        return (read.Claims, verdict.Refusal ?? JudgePossession(context, credentials, read.Claims), null);
    }

    private Refusal? JudgePossession(HttpContext context, Credentials credentials, TokenClaims claims)
    {
        if (ProofOfPossession.JudgeScheme(credentials, claims.IsBound) is { } refusal)
            return refusal;
        return claims.BoundTo is { } key ? services.GetRequiredService<ProofOfPossession>().JudgeOffline(context, credentials.Token, key).Refusal : null;
    }

    /// <summary>Why the issuer's keys are not there to judge with, or null. That they are not here says nothing of where the proxy runs.</summary>
    private static async Task<string?> WithoutKeysAsync(Issuer issuer)
    {
        if (issuer.Options.Keys.File is null)
            return "its issuer's keys are not in a file; give them with --jwks ISSUER=FILE";
        await issuer.Keys.RefreshAsync();
        return issuer.Keys.Failure is { } failure ? $"keys of issuer {issuer.Options.Name}: {failure}" : null;
    }

    private int Refuse(string step, Refusal refusal)
    {
        Write(step, $"refuse: {refusal.Error.Status} {refusal.Error.Code} ({refusal.Rule})");
        return ExitCodes.WouldRefuse;
    }

    private int Answer(string step, string what)
    {
        Write(step, what);
        return ExitCodes.Ok;
    }

    private void Write(string step, string what) => output.WriteLine($"{step.PadRight(NameWidth)}{what}");
}
