using System.Net.Http.Headers;
using System.Text.Json;
using Amazon.Runtime;

namespace Fabraix.Proxy.Secrets.Aws;

/// <summary>One operation of one service in AWS's JSON 1.1 protocol: a signed POST that names the operation in a header.</summary>
internal sealed class AwsOperation(StoreContext context, string service, string operation, string endpointVariable) : IDisposable
{
    private readonly StoreHttp _http = new(context);
    private readonly AwsIdentity _identity = new(context.Time);

    /// <summary>Asks once, and once more with new keys where the service does not know those that it got.</summary>
    /// <param name="region">The region that the secret's ARN names, or null.</param>
    /// <param name="body">The operation's input, as JSON.</param>
    /// <param name="read">What its output says; it may throw what <see cref="JsonElement"/> throws.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<SecretReading> AskAsync(string? region, byte[] body, Func<JsonElement, SecretReading> read, CancellationToken cancellation)
    {
        // The SDK's last way to find a region asks the network, and waits.
        var (place, nowhere) = await Task.Run(() => AwsPlace.Find(context, service, endpointVariable, region), cancellation);
        if (place is null)
            return nowhere!;

        var (reading, keys) = await AskAsync(place, body, read, cancellation);
        if (keys is null)
            return reading;
        _identity.Forget(keys);
        var (others, _) = await _identity.KeysAsync(cancellation);
        // Keys that are set for good are the same again, and asking with them would tell nothing new.
        return others is null || others.AccessKey == keys.AccessKey ? reading : (await AskAsync(place, body, read, cancellation)).Reading;
    }

    public void Dispose() => _http.Dispose();

    /// <returns>The keys, too, where it is they that the service does not take.</returns>
    private async Task<(SecretReading Reading, ImmutableCredentials? Refused)> AskAsync(AwsPlace place, byte[] body, Func<JsonElement, SecretReading> read, CancellationToken cancellation)
    {
        var (keys, failure) = await _identity.KeysAsync(cancellation);
        if (keys is null)
            return (failure!, null);

        using var request = new HttpRequestMessage(HttpMethod.Post, place.Endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.Add("X-Amz-Target", operation);
        AwsSignature.Add(request, body, keys, service, place.Region, context.Time.GetUtcNow());

        var answer = await _http.SendAsync(request, cancellation);
        if (answer.Status is StatusCodes.Status200OK or StatusCodes.Status429TooManyRequests or >= StatusCodes.Status500InternalServerError)
            return (answer.Read(read), null);
        string? error = null;
        var refusal = answer.ReadBody(json => AwsFailure.OfName(error = AwsFailure.NameOf(json)) ?? answer.Refused());
        return (refusal, AwsFailure.IsOfKeys(error) ? keys : null);
    }
}
