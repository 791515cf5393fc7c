namespace Fabraix.Proxy.Secrets;

internal static class SecretServices
{
    public static void AddSecrets(this IServiceCollection services, StoreContext context)
    {
        services.AddSingleton(_ => new SecretStores(context)).AddSingleton(provider => new SecretReader(provider.GetRequiredService<SecretStores>().For, context.Time));
        services.AddSingleton(provider => new SecretFollower(provider.GetRequiredService<SecretReader>(), context.Time));
    }

    /// <summary>Has every <see cref="HeldSecret"/> read.</summary>
    public static void AddHeldSecrets(this IServiceCollection services) => services.AddHostedService<HeldSecretsRefresher>();
}
