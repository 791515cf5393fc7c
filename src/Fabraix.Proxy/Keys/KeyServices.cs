using Fabraix.Proxy.Pipeline;

namespace Fabraix.Proxy.Keys;

internal static class KeyServices
{
    /// <summary>What is known and counted of keys whatever the configuration.</summary>
    public static void AddKnownKeys(this IServiceCollection services) => services.AddSingleton<KnownKeys>().AddSingleton<KeyAlarm>();

    public static void AddKeys(this IServiceCollection services, IReadOnlyList<KeyOptions> keys)
    {
        services.AddSingleton(provider => new KeyRing([.. keys.Select(key => Slot(provider, key))], provider.GetRequiredService<KnownKeys>()));
        services.AddSingleton<KeyMetrics>();
        services.AddSingleton<TripwireStep>().AddSingleton<BodyTripwireStep>().AddSingleton<KeyStep>();
        services.AddHostedService<KeyRefresher>();
    }

    private static KeySlot Slot(IServiceProvider provider, KeyOptions key)
    {
        var earlier = provider.Earlier<KeyRing>()?.Find(key.Name);
        if (earlier?.Options == key)
            return earlier;
        var slot = ActivatorUtilities.CreateInstance<KeySlot>(provider, key);
        if (earlier is not null)
            slot.Succeed(earlier);
        return slot;
    }
}
