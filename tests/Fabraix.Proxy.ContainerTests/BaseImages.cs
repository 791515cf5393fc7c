namespace Fabraix.Proxy.ContainerTests;

/// <summary>Other base images than the Dockerfile's own, for a machine whose engine has them under other names: variables of the names of its arguments.</summary>
internal static class BaseImages
{
    private static readonly string[] Arguments = ["SDK_IMAGE", "BASE_IMAGE"];

    public static IEnumerable<KeyValuePair<string, string>> Chosen =>
        from name in Arguments
        let value = Environment.GetEnvironmentVariable(name)
        where !string.IsNullOrEmpty(value)
        select KeyValuePair.Create(name, value);

    public static string Redis => Environment.GetEnvironmentVariable("REDIS_IMAGE") is { Length: > 0 } image ? image : "redis:7";
}
