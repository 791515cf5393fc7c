using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Mint;

internal static class MintServices
{
    public static void AddMint(this IServiceCollection services, MintOptions options)
    {
        services.AddSingleton(options).AddSingleton<MintKeys>().AddSingleton<TokenMaker>().AddSingleton<SecretHash>().AddSingleton<MintMetrics>();
        for (var i = 0; i < options.SigningKeys.Count; i++)
        {
            var (index, reference) = (i, options.SigningKeys[i]);
            services.AddSingleton<HeldSecret>(provider => ActivatorUtilities.CreateInstance<HeldSigningKey>(provider, index, reference, options.Issuer));
        }

        services.AddSingleton<IReadOnlyList<ClientSecret>>(provider => [.. options.Clients.Select(client => ActivatorUtilities.CreateInstance<ClientSecret>(provider, client))]);
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
