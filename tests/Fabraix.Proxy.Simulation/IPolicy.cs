namespace Fabraix.Proxy.Simulation;

/// <summary>One way to decide who may call.</summary>
internal interface IPolicy
{
    /// <summary>Microseconds until it is worth to ask again; null where the request goes on.</summary>
    long? Ask(int user, int replica);
}
