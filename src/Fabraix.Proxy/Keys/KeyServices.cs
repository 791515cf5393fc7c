namespace Fabraix.Proxy.Keys;

internal static class KeyServices
{
    public static void AddKeys(this IServiceCollection services, IReadOnlyList<KeyOptions> keys)
    {
        services.AddSingleton(provider => new KeyRing(keys.Select(key => ActivatorUtilities.CreateInstance<KeySlot>(provider, key)).ToArray()));
        services.AddSingleton<KeyAlarm>().AddSingleton<KeyMetrics>();
        services.AddSingleton<TripwireStep>().AddSingleton<BodyTripwireStep>().AddSingleton<KeyStep>();
        services.AddHostedService<KeyRefresher>();
    }
}
