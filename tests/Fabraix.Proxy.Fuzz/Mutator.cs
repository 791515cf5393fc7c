using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Fabraix.Proxy.Fuzz;

/// <summary>Changes inputs where it hurts: members, values, brackets, letters of base64url, bytes. The same number gives the same inputs.</summary>
[SuppressMessage("Security", "CA5394", Justification = "The same number must give the same inputs.")]
internal sealed class Mutator(int seed)
{
    /// <summary>What stands beside the program: one good or interesting input a file.</summary>
    public static readonly IReadOnlyList<byte[]> Seeds =
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Seeds")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static readonly string[] Pieces =
    [
        "null", "true", "[]", "{}", "\"\"", "0", "-1", "1e999", "1e-999", "9007199254740993", "\"\\ud800\"", "\"\\u0000\"", "\"\u00e9\"", "[[[[[[[[[[[[[[[[", "{\"a\":", ",", ":", "\"", "\\", "\n", "\0",
        "\"alg\":\"none\"", "\"kid\":\"fuzz\"", "\"crit\":[]", "\"b64\":false", "\"jwk\":{}", "\"enc\":\"A128GCM\"", "\"cnf\":{}", "\"exp\":1767323345", "\"exp\":1e10", "\"nbf\":0", "\"aud\":[\"fabraix-proxy\"]",
        "\"sub\":\"user-2\"", "\"scope\":\" a  b \"", "\"scp\":[\"x\"]", "\"s\\u0075b\":1", ".", "..", "=", "-_", "AAAA", " ", "//", "/**/", "\ufeff",
    ];

    private readonly Random _random = new(seed);

    public long Run(TokenTarget target, TimeSpan time)
    {
        var end = DateTimeOffset.UtcNow + time;
        var tried = 0L;
        while (DateTimeOffset.UtcNow < end)
        {
            foreach (var input in Next(1000))
            {
                Try(target, input);
                tried++;
            }
        }

        return tried;
    }

    /// <summary>Seeds, each after one to eight changes.</summary>
    public IEnumerable<byte[]> Next(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var input = Seeds[_random.Next(Seeds.Count)].ToList();
            for (var changes = _random.Next(1, 9); changes > 0; changes--)
                Change(input);
            yield return [.. input.Take(20_000)];
        }
    }

    private static void Try(TokenTarget target, byte[] input)
    {
        try
        {
            target.Try(input);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"By the input {Convert.ToHexString(input)}", e);
        }
    }

    private void Change(List<byte> input)
    {
        var at = _random.Next(input.Count + 1);
        var length = Math.Min(input.Count - at, 1 + _random.Next(1 << _random.Next(8)));
        switch (_random.Next(7))
        {
            case 0:
                input.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[_random.Next(Pieces.Length)]));
                break;
            case 1:
                input.RemoveRange(at, length);
                break;
            case 2:
                input.InsertRange(_random.Next(input.Count + 1), input.GetRange(at, length));
                break;
            case 3:
                input.InsertRange(at, Enumerable.Repeat(Encoding.UTF8.GetBytes(Pieces[_random.Next(Pieces.Length)]), _random.Next(1, 400)).SelectMany(piece => piece));
                break;
            case 4 when at < input.Count:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 5 when at < input.Count:
                input[at] = (byte)_random.Next(256);
                break;
            default:
                var other = Seeds[_random.Next(Seeds.Count)];
                var from = _random.Next(other.Length);
                input.RemoveRange(at, length);
                input.InsertRange(at, other[from..]);
                break;
        }
    }
}
