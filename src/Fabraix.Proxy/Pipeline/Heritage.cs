namespace Fabraix.Proxy.Pipeline;

/// <summary>
/// What the accepted configuration before this one leaves to it: key versions, issuers' keys, counts, and whatever else a change of the configuration must not
/// lose. Empty at the start of the process. It is asked while a configuration is put together, and never again, so that no configuration keeps all those before it alive.
/// </summary>
internal sealed class Heritage(IServiceProvider? before)
{
    private IServiceProvider? _before = before;
    private bool _closed;

    /// <summary>What was there, or null.</summary>
    public T? Find<T>()
        where T : class
    {
        if (_closed)
            throw new InvalidOperationException($"{typeof(T).Name} was asked for after the configuration had been put together.");
        return _before?.GetService<T>();
    }

    public void Close() => (_before, _closed) = (null, true);
}

internal static class HeritageExtensions
{
    /// <inheritdoc cref="Heritage.Find"/>
    public static T? Earlier<T>(this IServiceProvider services)
        where T : class => services.GetRequiredService<Heritage>().Find<T>();

    /// <summary>Adds what stays the same object from one configuration to the next.</summary>
    public static void AddInherited<T>(this IServiceCollection services, Func<IServiceProvider, T> first)
        where T : class => services.AddSingleton(provider => provider.Earlier<T>() ?? first(provider));
}
