using Fabraix.Proxy.Errors;

namespace Fabraix.Proxy.Pipeline;

/// <summary>
/// Asks its steps in order and goes on when all have passed.
/// It stands where ProxyHost puts it: the order of its list is the order of the contract.
/// The first refusal becomes the answer through <see cref="ErrorWriter"/>; nothing after it is asked.
/// </summary>
internal sealed class StepsMiddleware(RequestDelegate next, IReadOnlyList<IStep> steps)
{
    private readonly IStep[] _steps = [.. steps];

    public async Task InvokeAsync(HttpContext context)
    {
        foreach (var step in _steps)
        {
            var verdict = await step.JudgeAsync(context);
            if (verdict.Answered)
                return;

            if (verdict.Refusal is { } refusal)
            {
                await ErrorWriter.WriteAsync(context, refusal);
                return;
            }
        }

        await next(context);
    }
}

internal static class StepsMiddlewareExtensions
{
    public static void UseSteps(this IApplicationBuilder app, IReadOnlyList<IStep> steps) =>
        app.Use(next => new StepsMiddleware(next, steps).InvokeAsync);
}
