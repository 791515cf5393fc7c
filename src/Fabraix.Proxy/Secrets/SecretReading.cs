namespace Fabraix.Proxy.Secrets;

/// <summary>What a store gave: a key, or why there is none.</summary>
internal readonly record struct SecretReading
{
    public ApiKey? Key { get; private init; }

    public string? Problem { get; private init; }

    public static SecretReading Of(string value) =>
        ApiKey.TryParse(value, out var key, out var problem) ? new SecretReading { Key = key } : Failed(problem);

    public static SecretReading Failed(string problem) => new() { Problem = problem };
}
