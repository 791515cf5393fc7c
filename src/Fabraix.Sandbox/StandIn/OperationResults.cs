using System.Globalization;
using System.Text.Json;

namespace Fabraix.Sandbox.StandIn;

/// <summary>The 200 answers of the three operations.</summary>
internal static class OperationResults
{
    // Enough to show both verdicts; the real service judges the action, this one looks for words.
    private static readonly string[] Alarming = ["delete", "drop table", "rm -rf", "wire_transfer"];

    public static Task WriteAsync(HttpContext context, Operation operation, JsonElement body, DateTimeOffset now) =>
        operation.Name switch
        {
            "register-agent-run" => Answers.JsonAsync(
                context,
                StatusCodes.Status200OK,
                new RunRegistered(NewId(), now.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
                SandboxJson.Default.RunRegistered),
            "event" => Answers.JsonAsync(
                context, StatusCodes.Status200OK, new EventLogged(NewId(), Seconds(now)), SandboxJson.Default.EventLogged),
            _ => Answers.JsonAsync(context, StatusCodes.Status200OK, Judge(body, now), SandboxJson.Default.ActionChecked),
        };

    private static ActionChecked Judge(JsonElement body, DateTimeOffset now)
    {
        var content = body.GetProperty("content").GetString()!;
        var alarm = Alarming.FirstOrDefault(word => content.Contains(word, StringComparison.OrdinalIgnoreCase));
        var reasoning = alarm is null
            ? "The action stays within what the run was started for."
            : $"The action mentions \"{alarm}\", which the run was not started for.";
        return new(alarm is null, reasoning, NewId(), Seconds(now));
    }

    private static string NewId() => Guid.NewGuid().ToString("D");

    private static double Seconds(DateTimeOffset now) => now.ToUnixTimeMilliseconds() / 1000.0;
}
