using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Mint;

internal static class MintServices
{
    public static void AddMint(this IServiceCollection services, MintOptions options)
    {
        services.AddSingleton(options).AddSingleton<TokenMaker>().AddSingleton<MintMetrics>();

        // The mint itself is changed by a restart alone, so its keys and its clients' secrets are the same ones under every configuration.
        services.AddInherited(static provider => ActivatorUtilities.CreateInstance<MintKeys>(provider));
        services.AddInherited(static _ => new SecretHash());
        services.AddInherited<IReadOnlyList<HeldSigningKey>>(provider => [.. options.SigningKeys.Select((reference, index) => ActivatorUtilities.CreateInstance<HeldSigningKey>(provider, index, reference, options.Issuer))]);
        services.AddInherited<IReadOnlyList<ClientSecret>>(provider => [.. options.Clients.Select(client => ActivatorUtilities.CreateInstance<ClientSecret>(provider, client))]);
        for (var i = 0; i < options.SigningKeys.Count; i++)
        {
            var index = i;
            services.AddSingleton<HeldSecret>(provider => provider.GetRequiredService<IReadOnlyList<HeldSigningKey>>()[index]);
        }

        for (var i = 0; i < options.Clients.Count; i++)
        {
            var index = i;
            services.AddSingleton<HeldSecret>(provider => provider.GetRequiredService<IReadOnlyList<ClientSecret>>()[index]);
        }

        services.AddSingleton(provider => new MintClients(provider.GetRequiredService<IReadOnlyList<ClientSecret>>(), provider.GetRequiredService<SecretHash>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IManagementEndpoint, TokenEndpoint>().AddSingleton<IManagementEndpoint, JwksEndpoint>().AddSingleton<IManagementEndpoint, RevokeEndpoint>();
        services.AddHostedService<MintKeysRefresher>();
    }
}
