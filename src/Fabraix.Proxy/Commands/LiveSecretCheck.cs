using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Mint;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Commands;

/// <summary>Reads the proxy's own secrets, those of nonces and of the mint, without showing them, and says which key would sign.</summary>
internal sealed class LiveSecretCheck(ProxySettings settings, Findings findings, List<string> reached)
{
    public async Task RunAsync(IConfiguration configuration)
    {
        await using var proxy = ProxyHost.Build(settings, configuration, new HostSeams { Logging = static _ => { } });
        foreach (var secret in proxy.Services.GetServices<HeldSecret>())
        {
            await secret.RefreshAsync();
            if (secret.Problem is { } problem)
                findings.Mistake($"Fabraix:{secret.Name}", $"gives nothing that can be used: {problem}.", "Mend that, or name another place; docs/secret-stores.md says what each store needs.");
            else
                reached.Add($"Fabraix:{secret.Name}: is read.");
        }

        if (proxy.Services.GetService<MintKeys>()?.Signing is { } key)
            reached.Add($"Fabraix:Mint:SigningKeys: key {key.KeyId} ({key.Algorithm}) would sign.");
    }
}
