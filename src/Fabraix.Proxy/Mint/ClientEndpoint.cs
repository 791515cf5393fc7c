using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Mint;

/// <summary>
/// An endpoint for clients: who asks, whether they may, and only then what for. Each refusal is logged and counted, and none says whether a name or a
/// secret was wrong.
/// </summary>
internal abstract partial class ClientEndpoint(MintClients clients, MintMetrics metrics, TimeProvider time, ILogger log) : IManagementEndpoint
{
    public string Method => HttpMethods.Post;

    public abstract string Path { get; }

    /// <summary>What a client needs in its Rights.</summary>
    protected abstract string Right { get; }

    public async Task HandleAsync(HttpContext context)
    {
        var (client, claimed, error) = clients.Authenticate(context.Request);
        if (client is not null)
            error = await JudgeAsync(context, client);

        // Whoever reads the metrics shall not learn there which names are configured.
        metrics.Asked(Path, client?.Name, error);
        if (error is null)
            return;
        Log.Refused(log, Path, claimed ?? MintMetrics.Unknown, error.Code, error.Description);
        await OAuthAnswer.WriteAsync(context, error);
    }

    /// <summary>Answers, or says why not.</summary>
    protected abstract Task<OAuthError?> AnswerAsync(HttpContext context, MintClientOptions client, Form form);

    private async Task<OAuthError?> JudgeAsync(HttpContext context, MintClientOptions client)
    {
        if (!client.Rights.Contains(Right))
            return OAuthError.NotItsRight;
        var (form, broken) = await Form.ReadAsync(context.Request, time);
        if (form is null)
            return broken;

        // RFC 6749 section 2.3: one way of authentication. A second one is a client that will once send its secret where others read it.
        return form["client_secret"] is not null || (form["client_id"] is { } named && named != client.Name)
            ? OAuthError.Request("Send the client's name and secret by HTTP Basic alone.")
            : await AnswerAsync(context, client, form);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.MintRefused, LogLevel.Information, "{Path} refused client {Client}: {Error}. {Description}")]
        public static partial void Refused(ILogger logger, string path, string client, string error, string description);
    }
}
