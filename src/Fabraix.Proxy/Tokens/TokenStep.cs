using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Telemetry;
using Microsoft.AspNetCore.Authentication;

namespace Fabraix.Proxy.Tokens;

/// <summary>
/// Decides who calls, and leaves the <see cref="Caller"/>. It follows the address limit, which keeps strangers from having
/// signatures checked without end, and UseAuthentication, which has asked the scheme. It refuses with 401 as RFC 6750 section 3.1
/// and RFC 9449 section 7.1 say, or with 503 where the issuer's keys were never there, since then nobody knows whether the token is good.
/// </summary>
internal sealed class TokenStep(TokenOptions options, Challenges challenges) : IStep
{
    public string Name => "token";

    public async ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        // The scheme has judged the token once and keeps its result; the feature of UseAuthentication would hold only success.
        var verdict = CallerAuthentication.Result(await context.AuthenticateAsync(), challenges.Missing);
        if (verdict.Caller is not { } caller)
            return Verdict.Refuse(Challenges.Of(verdict.Refusal!, Credentials.Read(context.Request, options)));

        context.Features.Set(caller);
        RequestRecord.Of(context).Caller = caller.Pseudonym;
        return Verdict.Pass;
    }
}
