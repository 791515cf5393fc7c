using System.Text.Json;

namespace Fabraix.Sandbox.StandIn;

/// <summary>
/// Stands in for the Fabraix API: records each request, then judges key, permission, limit and body in the documented order.
/// Every refusal has the documented status and shape.
/// </summary>
internal sealed class StandInApi(StandInKeys keys, SeenRequests seen, Misbehaviour misbehaviour, TimeProvider time)
{
    private const int MaxBody = 1024 * 1024;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    public void Map(WebApplication app) => app.Run(AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await ReadAsync(context);
        var record = seen.Record(context.Request, body ?? []);
        context.Response.OnStarting(() =>
        {
            record.Status = context.Response.StatusCode;
            return Task.CompletedTask;
        });

        var key = keys.Active(context.Request.Headers["x-api-key"]);
        if (key is null)
            await Answers.ErrorAsync(context, StatusCodes.Status401Unauthorized, Answers.InvalidKey);
        else if (Operation.Find(context.Request) is not { } operation)
            await Answers.ErrorAsync(context, StatusCodes.Status404NotFound, Answers.NotFound);
        else if (!key.Allows(operation))
            await Answers.ErrorAsync(context, StatusCodes.Status403Forbidden, Answers.NotPermitted);
        else if (key.Use(time.GetUtcNow()) is var wait && wait > TimeSpan.Zero)
            await Answers.ErrorAsync(context, StatusCodes.Status429TooManyRequests, Answers.RateLimited(wait));
        else if (!await Misdeeds.CommitAsync(context, misbehaviour.Take(), key, time))
            await PerformAsync(context, operation, body);
    }

    private async Task PerformAsync(HttpContext context, Operation operation, byte[]? body)
    {
        if (body is null)
        {
            await Answers.ErrorAsync(context, StatusCodes.Status400BadRequest, Answers.BadParameters("The body is too large"));
            return;
        }

        using var json = Parse(context.Request, body);
        var mistake = json is null ? "The body must be a JSON object" : operation.FindMistake(json.RootElement);
        if (mistake is not null)
            await Answers.ErrorAsync(context, StatusCodes.Status400BadRequest, Answers.BadParameters(mistake));
        else
            await OperationResults.WriteAsync(context, operation, json!.RootElement, time.GetUtcNow());
    }

    private static JsonDocument? Parse(HttpRequest request, byte[] body)
    {
        if (!request.HasJsonContentType())
            return null;
        try
        {
            var json = JsonDocument.Parse(body, Strict);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return json;
            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > MaxBody)
                return null;
            await buffer.WriteAsync(chunk.AsMemory(0, read), context.RequestAborted);
        }

        return buffer.ToArray();
    }
}
