using Fabraix.Sandbox.Admin;
using Fabraix.Sandbox.Issuer;
using Fabraix.Sandbox.StandIn;
using Microsoft.Extensions.FileProviders;

namespace Fabraix.Sandbox.Demo;

/// <summary>
/// Serves the demo page, tells it what the upstream saw, and gives it the operator's buttons.
/// The buttons act for the page's own origin only, and no answer ever holds a key.
/// </summary>
internal sealed class PageApi(
    SandboxAddresses addresses, StandInKeys keys, ProxyKey proxyKey, SeenRequests seen, Misbehaviour misbehaviour)
{
    public void Map(WebApplication app)
    {
        app.Use((context, next) =>
        {
            PageHeaders.Set(context, PageHeaders.PagePolicy(addresses));
            context.Response.Headers.XFrameOptions = "DENY";
            context.Response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
            context.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
            return next(context);
        });
        ServeFiles(app, "app");
        app.UseRouting();
        app.MapGet("/settings.json", SettingsAsync);
        app.MapGet("/seen/{id?}", SeenAsync);
        app.MapPost("/operator/{act}", ActAsync);
        app.MapFallback(context => Answers.ErrorAsync(context, StatusCodes.Status404NotFound, Answers.NotFound));
    }

    public static void ServeFiles(WebApplication app, string folder)
    {
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "Page", folder));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files });
    }

    private Task SettingsAsync(HttpContext context)
    {
        var users = DemoUser.All.Select(u => new PageUser(u.Id, u.Name, u.Scope));
        var settings = new PageSettings(
            addresses.Page,
            addresses.Proxy,
            addresses.Issuer,
            addresses.Upstream,
            addresses.Foreign,
            [.. users],
            Fingerprint);
        return Answers.JsonAsync(context, StatusCodes.Status200OK, settings, SandboxJson.Default.PageSettings);
    }

    private Task SeenAsync(HttpContext context)
    {
        var id = context.Request.RouteValues["id"] as string;
        var answer = new SeenAnswer(id is null ? [] : seen.ById(id), seen.Total);
        return Answers.JsonAsync(context, StatusCodes.Status200OK, answer, SandboxJson.Default.SeenAnswer);
    }

    private Task ActAsync(HttpContext context)
    {
        // Every page in this browser can post here; only our own may turn these knobs.
        if (context.Request.Headers.Origin != addresses.Page)
        {
            var refusal = new ErrorDetail("Only the demo page may do this", "authorization_error", "origin_not_allowed");
            return Answers.ErrorAsync(context, StatusCodes.Status403Forbidden, refusal);
        }

        var act = (string)context.Request.RouteValues["act"]!;
        if (act == "revoke-key")
            proxyKey.Current?.Revoke();
        else if (act == "replace-key")
            proxyKey.Replace();
        else if (act == "revoke-old-keys")
            proxyKey.RevokeOthers();
        else if (AdminBody.TryName<Mode>(act, out var mode))
            misbehaviour.Set(mode, requests: 1);
        else
            return Answers.ErrorAsync(context, StatusCodes.Status404NotFound, Answers.NotFound);

        var state = new OperatorAnswer(
            Fingerprint, proxyKey.Current?.Revoked ?? true, AdminBody.NameOf(misbehaviour.Current.Mode));
        return Answers.JsonAsync(context, StatusCodes.Status200OK, state, SandboxJson.Default.OperatorAnswer);
    }

    // Masked once more although it is no key: this object may never hand one out, whatever it grows to.
    private string Fingerprint => keys.Mask(proxyKey.Current?.Fingerprint ?? "");
}
