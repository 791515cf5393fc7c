using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Circuit;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Forwarding;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fabraix.Proxy.Commands;

/// <summary>Reads a key and asks the upstream whether it takes it, without showing it: by the configured probe, else by an empty JSON object to one of its routes that reads or takes an object.</summary>
internal sealed class LiveKeyCheck(ProxySettings settings, Findings findings, List<string> reached)
{
    public async Task RunAsync(KeyOptions key, CancellationToken cancellation)
    {
        using var stores = new SecretStores(new StoreContext());
        var path = $"Fabraix:Keys:{key.Name}:Secret";
        var reading = KeyReading.Of(await new SecretReader(stores.For, TimeProvider.System).ReadAsync(key.Secret, cancellation));
        if (reading.Key is not { } value)
        {
            findings.Mistake(path, $"gives no key: {reading.Problem}.", "Mend that, or name another place; docs/secret-stores.md says what each store needs.");
            return;
        }

        var read = $"{path}: {new KeyVersion(key.Name, value, reading.Version)} is read";
        switch (await AskAsync(key, value, cancellation))
        {
            case KeyVerdict.Accepted:
                reached.Add($"{read}, and the upstream takes it.");
                break;
            case KeyVerdict.Refused:
                findings.Mistake(path, "gives a key that the upstream refuses (401).", "Put a key there that the account has.");
                break;
            case KeyVerdict.Forbidden:
                findings.Mistake(path, "gives a key that the upstream knows, and that may not do what was asked (403).", "Use a key with the permissions of the routes that name it.");
                break;
            default:
                reached.Add($"{read}; whether the upstream takes it cannot be told. Fabraix:Keys:{key.Name}:Probe, where it answers 2xx, would tell.");
                break;
        }
    }

    private async Task<KeyVerdict> AskAsync(KeyOptions key, ApiKey value, CancellationToken cancellation)
    {
        using var client = new UpstreamClient(settings.Upstream, new TraceContextPropagator());
        var upstream = new UpstreamProbe(client, new CircuitBreaker(TimeProvider.System, NullLogger<CircuitBreaker>.Instance), settings.Upstream, TimeProvider.System);
        if (key.Probe is { } probe)
            return KeyRecovery.Judge(await upstream.AskAsync(probe, value, cancellation));

        // PUT, PATCH and DELETE may well be executed without any field.
        if (settings.Routes.FirstOrDefault(route => route.Method is "GET" or "POST" && route.Key.Equals(key.Name, StringComparison.OrdinalIgnoreCase)) is not { } route)
            return KeyVerdict.Unknown;

        // An object without its required fields is refused, whoever sends it. Only where the upstream looks at the key first does its answer tell.
        var request = OperatorRequest.Empty(route);
        if (await upstream.AskAsync(request, key: null, cancellation) != StatusCodes.Status401Unauthorized)
            return KeyVerdict.Unknown;
        return await upstream.AskAsync(request, value, cancellation) switch
        {
            401 => KeyVerdict.Refused,
            403 => KeyVerdict.Forbidden,
            >= 200 and < 300 or >= 400 and < 500 => KeyVerdict.Accepted,
            _ => KeyVerdict.Unknown,
        };
    }
}
