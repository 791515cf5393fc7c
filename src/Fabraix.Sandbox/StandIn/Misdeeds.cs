using System.Text;

namespace Fabraix.Sandbox.StandIn;

/// <summary>Carries out the present orders; true when the answer is spoiled, false when the request goes on as usual.</summary>
internal static class Misdeeds
{
    public static async Task<bool> CommitAsync(HttpContext context, Orders orders, StandInKey key, TimeProvider time)
    {
        switch (orders.Mode)
        {
            case Mode.Slow:
                await Task.Delay(orders.Delay, time, context.RequestAborted);
                return false;
            case Mode.Error:
                await Answers.ErrorAsync(context, StatusCodes.Status500InternalServerError, Answers.ServerError);
                return true;
            case Mode.EchoKey:
                await EchoAsync(context, key);
                return true;
            case Mode.CloseMidBody:
                await CloseMidBodyAsync(context, time);
                return true;
            case Mode.Redirect:
                context.Response.StatusCode = StatusCodes.Status302Found;
                context.Response.Headers.Location = "/v1/elsewhere";
                return true;
            case Mode.RateLimit:
                await Answers.ErrorAsync(
                    context, StatusCodes.Status429TooManyRequests, Answers.RateLimited(TimeSpan.FromSeconds(30)));
                return true;
            default:
                return false;
        }
    }

    private static Task EchoAsync(HttpContext context, StandInKey key)
    {
        context.Response.Headers["x-debug-key"] = key.Value;
        var body = new ErrorDetail($"Called with {key.Value}", "debug");
        return Answers.JsonAsync(context, StatusCodes.Status200OK, new ErrorBody(body), SandboxJson.Default.ErrorBody);
    }

    private static async Task CloseMidBodyAsync(HttpContext context, TimeProvider time)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = 4096;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("{\"event_id\":"), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        // The head must have reached the browser: on a reset before it, a browser quietly sends the request again.
        await Task.Delay(TimeSpan.FromMilliseconds(250), time, context.RequestAborted);
        context.Abort();
    }
}
