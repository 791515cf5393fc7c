namespace Fabraix.Sandbox.Demo;

/// <summary>A page on another site: it holds a good token and still gets nothing from the proxy that it could read.</summary>
internal sealed class ForeignPageApi(SandboxAddresses addresses)
{
    public void Map(WebApplication app)
    {
        app.Use((context, next) =>
        {
            PageHeaders.Set(context, PageHeaders.ForeignPolicy(addresses));
            return next(context);
        });
        PageApi.ServeFiles(app, "foreign");
        app.MapGet("/settings.json", context =>
        {
            var settings = new PageSettings(addresses.Page, addresses.Proxy, "", "", addresses.Foreign, [], "");
            return StandIn.Answers.JsonAsync(context, StatusCodes.Status200OK, settings, SandboxJson.Default.PageSettings);
        });
    }
}
