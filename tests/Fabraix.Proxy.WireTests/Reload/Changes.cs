using Fabraix.Proxy.Telemetry;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Reload;

/// <summary>Changes what is mounted, and waits for the proxy's word about it.</summary>
internal static class Changes
{
    /// <summary>Mounts a change and waits until it is in use.</summary>
    public static async Task AcceptAsync(this ProxyUnderTest proxy, Action<Dictionary<string, string?>> change)
    {
        var before = Told(proxy, EventIds.ConfigurationAccepted).Count;
        await proxy.ChangeAsync(change);
        await Bounds.UntilAsync(() => Told(proxy, EventIds.ConfigurationAccepted).Count > before, "the change in use; refused: " + string.Join(" | ", Told(proxy, EventIds.ConfigurationRefused)));
    }

    /// <summary>Waits for a refusal that came after so many others, and returns all reasons since.</summary>
    public static async Task<IReadOnlyList<string>> RefusalsAsync(this ProxyUnderTest proxy, int after = 0)
    {
        await Bounds.UntilAsync(() => Told(proxy, EventIds.ConfigurationRefused).Count > after, "a refusal");

        // All reasons of one refusal are told one after the other, before the next reading.
        await Bounds.UntilAsync(async () => (await proxy.ManageAsync("/healthz/ready")).Text.Contains("configuration: ", StringComparison.Ordinal), "a word of readiness");
        return [.. Told(proxy, EventIds.ConfigurationRefused).Skip(after)];
    }

    public static IReadOnlyList<string> Told(ProxyUnderTest proxy, int id) => [.. proxy.Logs.Lines.Where(line => line.Id == id).Select(line => line.Message)];
}
