using System.Security.Cryptography;

namespace Fabraix.TestKit;

/// <summary>Secrets of tests: made at run time, and known to the capture from their first moment.</summary>
internal static class Made
{
    private static int count;

    /// <summary>A key as the upstream would issue one. It holds characters that JSON, URLs and base64 spell differently.</summary>
    public static string ApiKey(Capture? capture = null) => Known(Random(40), capture);

    /// <summary>One that every encoding spells in another way.</summary>
    public static string OddApiKey() => Known(Random(12) + """-._~!*'()+/=<&>"\""" + Random(12));

    private static string Random(int length) =>
        RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_~", length);

    private static string Known(string random, Capture? capture = null)
    {
        var value = "fx_test_" + random;
        (capture ?? Capture.Process).AddKey($"API key {Interlocked.Increment(ref count)}", value);
        return value;
    }

    public static string Name(string prefix) => $"{prefix}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
}
