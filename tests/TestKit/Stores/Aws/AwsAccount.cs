using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Fabraix.TestKit.Stores;

/// <summary>The keys of one AWS account: what a signature is checked against. Services of the same account share it.</summary>
internal sealed class AwsAccount(TimeProvider? time = null)
{
    public const string Region = "eu-central-1";
    public const string Number = "111122223333";

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private readonly ConcurrentDictionary<string, AwsKey> keys = new(StringComparer.Ordinal);

    public TimeProvider Time { get; } = time ?? TimeProvider.System;

    /// <summary>A user's key that lasts.</summary>
    public AwsKey MakeKey() => Add("AKIA", "user/fabraix", null, null);

    /// <summary>A role's key that is good for a while, and only together with its session token.</summary>
    public AwsKey MakeSession(string identity, TimeSpan lifetime) =>
        Add("ASIA", identity, RandomNumberGenerator.GetString(Letters, 120), Time.GetUtcNow() + lifetime);

    /// <summary>Makes a key of another account good in this one.</summary>
    public void Adopt(AwsKey key) => keys[key.Id] = key;

    public AwsKey? Find(string id) => keys.GetValueOrDefault(id);

    /// <summary>Makes every key worthless that was handed out so far.</summary>
    public void RevokeAll() => keys.Clear();

    private AwsKey Add(string prefix, string identity, string? token, DateTimeOffset? expires)
    {
        var key = new AwsKey(prefix + RandomNumberGenerator.GetString(Letters, 16), RandomNumberGenerator.GetString(Letters + "/+", 40), token, expires, identity);
        Capture.Process.AddSecret("secret access key", Encoding.ASCII.GetBytes(key.Secret));
        if (token is not null) Capture.Process.AddSecret("session token", Encoding.ASCII.GetBytes(token));
        return keys[key.Id] = key;
    }
}

internal sealed record AwsKey(string Id, string Secret, string? SessionToken, DateTimeOffset? Expires, string Identity)
{
    public IReadOnlyDictionary<string, string> Environment
    {
        get
        {
            var environment = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = Id, ["AWS_SECRET_ACCESS_KEY"] = Secret, ["AWS_REGION"] = AwsAccount.Region };
            if (SessionToken is not null) environment["AWS_SESSION_TOKEN"] = SessionToken;
            return environment;
        }
    }
}
