using Fabraix.Proxy.Pipeline;
namespace Fabraix.Proxy.Keys;

internal static class KeyServices
{
    public static void AddKeys(this IServiceCollection services, IReadOnlyList<KeyOptions> keys)
    {
        services.AddSingleton(provider => new KeyRing([.. keys.Select(key => Slot(provider, key))]));
        services.AddSingleton<KeyAlarm>().AddSingleton<KeyMetrics>();
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
