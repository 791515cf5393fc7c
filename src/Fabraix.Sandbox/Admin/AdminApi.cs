using System.Text.Json;
using Fabraix.Sandbox.StandIn;

namespace Fabraix.Sandbox.Admin;

/// <summary>
/// The operator's endpoint, for a terminal on this machine: makes, lists and revokes keys, and tells the stand-in to misbehave.
/// It has a listener of its own, and refuses whatever a browser sent, since a created key is shown in its answer.
/// </summary>
internal sealed class AdminApi(StandInKeys keys, ProxyKey proxyKey, Misbehaviour misbehaviour)
{
    public void Map(WebApplication app)
    {
        app.Use(RefuseBrowsers);
        app.MapPost("/keys", CreateAsync);
        app.MapGet("/keys", ListAsync);
        app.MapDelete("/keys/{id}", RevokeAsync);
        app.MapPost("/keys/{id}/use", UseAsync);
        app.MapGet("/misbehaviour", ShowOrdersAsync);
        app.MapPut("/misbehaviour", SetOrdersAsync);
        app.MapFallback(context => Answers.ErrorAsync(context, StatusCodes.Status404NotFound, Answers.NotFound));
    }

    // Any page can post to loopback; only a browser sends these two headers, and no terminal does.
    private static Task RefuseBrowsers(HttpContext context, RequestDelegate next)
    {
        var headers = context.Request.Headers;
        if (!headers.ContainsKey("Origin") && !headers.ContainsKey("Sec-Fetch-Site"))
            return next(context);
        var refusal = new ErrorDetail("This endpoint is for a terminal", "authorization_error", "not_for_browsers");
        return Answers.ErrorAsync(context, StatusCodes.Status403Forbidden, refusal);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var (order, mistake) = await AdminBody.ReadAsync(context, SandboxJson.Default.KeyRequest);
        var type = KeyType.Development;
        if (mistake is null && order?.Type is { } name && !AdminBody.TryName(name, out type))
            mistake = $"type must be one of {string.Join(", ", Enum.GetNames<KeyType>())}";
        mistake ??= Judge(type, order);
        if (mistake is not null)
        {
            await Answers.ErrorAsync(context, StatusCodes.Status400BadRequest, Answers.BadParameters(mistake));
            return;
        }

        var limits = order?.PerMinute is null && order?.PerHour is null ? null : new KeyLimits(order.PerMinute, order.PerHour);
        var key = keys.Create(type, limits, order?.Operations);
        var hint = $"Shown once. POST /keys/{key.Id}/use hands it to the proxy.";
        await Answers.JsonAsync(
            context,
            StatusCodes.Status201Created,
            new KeyCreated(key.Id, type.ToString(), key.Value, key.Fingerprint, hint),
            SandboxJson.Default.KeyCreated);
    }

    private static string? Judge(KeyType type, KeyRequest? order)
    {
        var known = Operation.All.Select(o => o.Name).ToArray();
        if (order?.Operations?.Except(known, StringComparer.Ordinal).Any() == true)
            return $"operations must be among {string.Join(", ", known)}";
        if (type == KeyType.Restricted && order?.Operations is not { Count: > 0 })
            return "a Restricted key needs its operations";
        return order?.PerMinute < 1 || order?.PerHour < 1 ? "per_minute and per_hour must be positive" : null;
    }

    private Task ListAsync(HttpContext context)
    {
        var lines = keys.All.Select(k => new KeyLine(
            k.Id, k.Type.ToString(), k.Masked, k.Revoked, k == proxyKey.Current, k.Limits.PerMinute, k.Limits.PerHour, k.Operations));
        return Answers.JsonAsync(context, StatusCodes.Status200OK, new KeyList([.. lines]), SandboxJson.Default.KeyList);
    }

    private Task RevokeAsync(HttpContext context) => WithKeyAsync(context, key => key.Revoke());

    private Task UseAsync(HttpContext context) => WithKeyAsync(context, proxyKey.Use);

    private Task WithKeyAsync(HttpContext context, Action<StandInKey> act)
    {
        if (keys.ById((string)context.Request.RouteValues["id"]!) is not { } key)
            return Answers.ErrorAsync(context, StatusCodes.Status404NotFound, new("No such key", "not_found_error", "not_found"));
        act(key);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Task ShowOrdersAsync(HttpContext context)
    {
        var orders = misbehaviour.Current;
        return Answers.JsonAsync(
            context,
            StatusCodes.Status200OK,
            new MisbehaviourOrder(AdminBody.NameOf(orders.Mode), orders.Requests, orders.Delay.TotalSeconds),
            SandboxJson.Default.MisbehaviourOrder);
    }

    private async Task SetOrdersAsync(HttpContext context)
    {
        var (order, mistake) = await AdminBody.ReadAsync(context, SandboxJson.Default.MisbehaviourOrder);
        if (mistake is null && AdminBody.TryName<Mode>(order?.Mode, out var mode))
        {
            misbehaviour.Set(mode, order?.Requests ?? 0, order?.DelaySeconds is { } s ? TimeSpan.FromSeconds(s) : null);
            await ShowOrdersAsync(context);
            return;
        }

        mistake ??= $"mode must be one of {string.Join(", ", Enum.GetValues<Mode>().Select(AdminBody.NameOf))}";
        await Answers.ErrorAsync(context, StatusCodes.Status400BadRequest, Answers.BadParameters(mistake));
    }
}
