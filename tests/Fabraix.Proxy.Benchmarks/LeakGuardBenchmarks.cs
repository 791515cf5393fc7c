using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Fabraix.Proxy.Forwarding;
using Fabraix.Proxy.Keys;

namespace Fabraix.Proxy.Benchmarks;

/// <summary>The leak guard over a megabyte without a key. What it costs to give the bytes to it, one copy, is the baseline.</summary>
[Bytes(Body)]
[Config(typeof(Columns))]
[MemoryDiagnoser]
public class LeakGuardBenchmarks
{
    private const int Body = 1 << 20;
    private const string Base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private readonly byte[] _buffer = new byte[64 * 1024];
    private byte[] _body = [];
    private KeySearch _search = KeySearch.Nothing;

    [Params("json", "base64", "binary")]
    public string Text { get; set; } = "";

    [Params(1, 4)]
    public int Keys { get; set; }

    [Params(40, 200)]
    public int KeyLength { get; set; }

    [Params(256, 4 * 1024, 64 * 1024)]
    public int Piece { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _body = Text switch
        {
            "json" => Json(),
            "base64" => Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString(Base64Letters, Body)),
            _ => RandomNumberGenerator.GetBytes(Body),
        };
        _search = KeySearch.For(Enumerable.Range(0, Keys).Select(_ => Key()));
    }

    [Benchmark(Baseline = true)]
    public async Task<int> Copy()
    {
        await using var body = new PieceStream(_body, Piece);
        return await ReadAsync(body);
    }

    [Benchmark]
    public async Task<int> Guard()
    {
        await using var guard = new LeakGuardStream(new PieceStream(_body, Piece), () => _search);
        return await ReadAsync(guard);
    }

    private async Task<int> ReadAsync(Stream stream)
    {
        var all = 0;
        while (await stream.ReadAsync(_buffer) is > 0 and var count)
            all += count;
        return all;
    }

    private ApiKey Key() =>
        ApiKey.TryParse("fx_test_" + RandomNumberGenerator.GetString(Base64Letters, KeyLength - 8), out var key, out _, out var problem)
            ? key
            : throw new InvalidOperationException(problem);

    private static byte[] Json()
    {
        var text = new StringBuilder(Body + 200);
        for (var i = 0; text.Length < Body; i++)
            text.Append("{\"id\":\"").Append(RandomNumberGenerator.GetHexString(16, lowercase: true)).Append("\",\"is_safe\":true,\"score\":0.").Append(i % 1000).Append(",\"reason\":\"the text of event ").Append(i).Append(" asks for nothing unusual\"},\n");
        return Encoding.ASCII.GetBytes(text.ToString(0, Body));
    }

    private sealed class Columns : ManualConfig
    {
        public Columns() => AddColumn(new Throughput());
    }
}
