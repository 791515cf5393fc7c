using System.Buffers.Text;
using Fabraix.Sandbox.Admin;
using Fabraix.Sandbox.StandIn;

namespace Fabraix.Sandbox.Issuer;

/// <summary>
/// The demo's login: discovery, signing keys, and a sign-in without a password that gives a token of five minutes.
/// A page other than the demo's gets no token: its origin is refused, not only kept from reading.
/// </summary>
internal sealed class IssuerApi(SandboxAddresses addresses, TokenMaker tokens)
{
    private const int Thumbprint = 43;

    public void Map(WebApplication app)
    {
        app.MapGet("/.well-known/openid-configuration", MetadataAsync);
        app.MapGet("/jwks.json", KeysAsync);
        app.MapPost("/token", TokenAsync);
        app.MapFallback(context => Answers.ErrorAsync(context, StatusCodes.Status404NotFound, Answers.NotFound));
    }

    private Task MetadataAsync(HttpContext context)
    {
        var issuer = addresses.Issuer;
        var metadata = new IssuerMetadata(issuer, $"{issuer}/jwks.json", $"{issuer}/token", ["token"], ["public"], ["ES256"]);
        return Answers.JsonAsync(context, StatusCodes.Status200OK, metadata, SandboxJson.Default.IssuerMetadata);
    }

    private Task KeysAsync(HttpContext context) =>
        Answers.JsonAsync(context, StatusCodes.Status200OK, tokens.PublicKeys, SandboxJson.Default.JwkSet);

    private async Task TokenAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        context.Response.Headers.Vary = "Origin";
        context.Response.Headers.CacheControl = "no-store";
        if (origin.Length > 0 && origin != addresses.Page)
        {
            var refusal = new ErrorDetail("This origin gets no token", "authorization_error", "origin_not_allowed");
            await Answers.ErrorAsync(context, StatusCodes.Status403Forbidden, refusal);
            return;
        }

        if (origin.Length > 0)
            context.Response.Headers.AccessControlAllowOrigin = origin;
        await GiveAsync(context);
    }

    private async Task GiveAsync(HttpContext context)
    {
        // A form, so that curl -d works and a browser needs no preflight.
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        var kind = TokenKind.Good;
        var kindKnown = !form.TryGetValue("token", out var name) || AdminBody.TryName(name, out kind);
        if (DemoUser.Find(form["user"]) is not { } user || !kindKnown)
        {
            var users = string.Join(" or ", DemoUser.All.Select(u => u.Id));
            await Answers.ErrorAsync(context, StatusCodes.Status400BadRequest, Answers.BadParameters($"user must be {users}"));
            return;
        }

        // A real login would see a proof of possession here (RFC 9449 section 5); whoever names another's key only locks themselves out.
        var boundTo = form.TryGetValue("dpop_jkt", out var thumbprint) ? thumbprint.ToString() : null;
        if (boundTo is not null && !(boundTo.Length == Thumbprint && Base64Url.IsValid(boundTo)))
        {
            await Answers.ErrorAsync(context, StatusCodes.Status400BadRequest, Answers.BadParameters("dpop_jkt must be a key's SHA-256 thumbprint in base64url"));
            return;
        }

        var token = tokens.Make(user, kind, boundTo);
        if (form["format"] == "text")
        {
            await context.Response.WriteAsync(token, context.RequestAborted);
            return;
        }

        var answer = new TokenAnswer(token, boundTo is null ? "Bearer" : "DPoP", (int)TokenMaker.Lifetime.TotalSeconds, user.Scope);
        await Answers.JsonAsync(context, StatusCodes.Status200OK, answer, SandboxJson.Default.TokenAnswer);
    }
}
