namespace Fabraix.Proxy.Secrets;

/// <summary>Reads each answer whole before a vendor's library sees it: those libraries would read as much as comes.</summary>
internal sealed class WholeAnswers(HttpMessageHandler connections) : DelegatingHandler(connections)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(StoreHttp.MostBytes, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
