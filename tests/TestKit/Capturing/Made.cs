using System.Security.Cryptography;
using System.Text;

namespace Fabraix.TestKit;

/// <summary>Secrets of tests: made at run time, and known to the capture from their first moment.</summary>
internal static class Made
{
    private static int count;

    /// <summary>A key as the upstream would issue one. It holds characters that JSON, URLs and base64 spell differently.</summary>
    public static string ApiKey(Capture? capture = null)
    {
        var value = "fx_test_" + RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_~", 40);
        (capture ?? Capture.Process).AddSecret($"API key {Interlocked.Increment(ref count)}", Encoding.ASCII.GetBytes(value));
        return value;
    }

    public static string Name(string prefix) => $"{prefix}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
}
