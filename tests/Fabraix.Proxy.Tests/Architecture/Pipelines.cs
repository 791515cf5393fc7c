using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Tests.Configuration;

namespace Fabraix.Proxy.Tests.Architecture;

/// <summary>The pipeline as it is built, not as it is drawn.</summary>
internal static class Pipelines
{
    /// <summary>Every step, in the order in which a request meets them.</summary>
    public static async Task<IReadOnlyList<IStep>> StepsAsync()
    {
        await using var proxy = ProxyHost.Build(Sample.Accepted(Sample.Good), Sample.Load(Sample.Good), new HostSeams { Logging = static _ => { } });
        return [.. ProxyHost.BeforeToken(proxy.Services), .. ProxyHost.FromToken(proxy.Services)];
    }
}
