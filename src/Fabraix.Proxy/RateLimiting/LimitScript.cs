using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Fabraix.Proxy.Redis;
using StackExchange.Redis;

namespace Fabraix.Proxy.RateLimiting;

/// <summary>Writes what <c>limits.lua</c> is asked, and reads what it answers.</summary>
internal sealed class LimitScript
{
    /// <summary>Redis' own clock.</summary>
    public const long RedisTime = -1;

    private const int Weight = 2;

    private readonly Func<string, RedisKey> _key;
    private readonly LimitPlan _plan;
    private readonly RedisKey[] _shared;
    private readonly Dictionary<int, (RedisKey[] Keys, RedisValue[] Values)> _routes = [];

    /// <param name="key">Names a key among those of this proxy.</param>
    /// <param name="plan">The windows.</param>
    public LimitScript(Func<string, RedisKey> key, LimitPlan plan)
    {
        (_key, _plan) = (key, plan);
        _shared = [.. plan.Shared.Select(window => key($"quota:{window.Name}"))];
        foreach (var route in plan.Routes)
            _routes.Add(route.Number, Prepare(route));
    }

    /// <summary>One for all: its functions are shared by what it can be asked.</summary>
    public static RedisScript Script { get; } = new(Read());

    public (RedisKey[] Keys, RedisValue[] Values) Ask(LimitQuestion question, long now = RedisTime)
    {
        var (keys, values) = _routes[question.Route.Number];
        (keys, values) = ([.. keys], [.. values]);
        (keys[0], keys[2]) = (User(question.User), Address(question.Address));
        (values[1], values[Weight]) = (now, WeightOf(question));
        return (keys, values);
    }

    public (RedisKey[] Keys, RedisValue[] Values) Return(LimitQuestion question, LimitAnswer answer, long now = RedisTime) => Again("return", question, answer, now);

    public (RedisKey[] Keys, RedisValue[] Values) Renew(LimitQuestion question, LimitAnswer answer, long now = RedisTime) => Again("renew", question, answer, now);

    public (RedisKey[] Keys, RedisValue[] Values) Learn(string key, int remaining, bool refused, TimeSpan reset, long now = RedisTime) =>
        ([Word(key)], ["learn", now, remaining, refused ? 1 : 0, (long)reset.TotalMicroseconds]);

    public (RedisKey[] Keys, RedisValue[] Values) CountAddress(UInt128 address, long now = RedisTime) =>
        ([Address(address)], ["address", now, .. Windows(_plan.Address)]);

    /// <summary>The answer, and how much of the route's shared windows is used; null for what the script cannot have said.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="result">What came back.</param>
    /// <param name="used">Gets the requests within each shared window that was looked at.</param>
    /// <param name="told">Gets when each of those was looked at.</param>
    /// <param name="now">The time, for that.</param>
    public LimitAnswer? Read(LimitQuestion question, RedisResult result, int[] used, long[] told, long now)
    {
        var shared = SharedOf(question.Route);
        if (result.Resp2Type != ResultType.Array || result.Length != 7 + shared.Length)
            return null;

        // What the script found may have been written by others, and is then no number.
        for (var i = 0; i < result.Length; i++)
        {
            if (result[i].Resp2Type != ResultType.Integer || result[i].IsNull)
                return null;
        }

        var said = (long[])result!;
        if (said[0] is < 0 or > (long)LimitOutcome.UpstreamSpent || said[2] < 0 || said[2] >= question.Route.Ways.Length || said[4] < 0 || said[4] > _plan.User.Length)
            return null;

        for (var i = 0; i < shared.Length; i++)
        {
            if (said[7 + i] < 0)
                continue;
            used[shared[i]] = (int)Math.Min(said[7 + i], int.MaxValue);
            Volatile.Write(ref told[shared[i]], now);
        }

        Usage? user = said[4] > 0 ? new Usage(_plan.User[said[4] - 1], (int)Math.Clamp(said[5], 0, int.MaxValue), said[6]) : null;
        return new LimitAnswer((LimitOutcome)said[0], user, said[1], (int)said[2], said[3], Local: false);
    }

    private (RedisKey[] Keys, RedisValue[] Values) Again(string mode, LimitQuestion question, LimitAnswer answer, long now)
    {
        var way = question.Route.Ways[answer.Way];
        return (
            [_key("unused"), Word(question.Route.Key), _key("unused"), .. way.Select(shared => _shared[shared])],
            [mode, now, answer.At, .. Named(way)]);
    }

    private static int[] SharedOf(RoutePlan route) => [.. route.Ways.SelectMany(way => way).Distinct()];

    private static string WeightOf(LimitQuestion question) => question.Weight.ToString("R", CultureInfo.InvariantCulture);

    private static RedisValue[] Windows(Window[] windows) => [windows.Length, .. windows.SelectMany(window => new RedisValue[] { window.Quota, window.Bucket })];

    private static string Read()
    {
        using var stream = typeof(LimitScript).Assembly.GetManifestResourceStream("limits.lua")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private (RedisKey[] Keys, RedisValue[] Values) Prepare(RoutePlan route)
    {
        var shared = SharedOf(route);
        RedisKey[] keys = [default, Word(route.Key), default, .. shared.Select(place => _shared[place])];
        var ways = route.Ways.SelectMany(way => way.Select(place => (RedisValue)(Array.IndexOf(shared, place) + 1)).Prepend(way.Length));
        return (keys, ["ask", RedisTime, "1", .. Windows(_plan.User), .. Windows(_plan.Address), .. Named(shared), route.Ways.Length, .. ways]);
    }

    private RedisValue[] Named(int[] shared) => [shared.Length, .. shared.SelectMany(place => new RedisValue[] { _plan.Shared[place].Quota, _plan.Shared[place].Bucket, _plan.Shared[place].Name })];

    private RedisKey User(UInt128 user) => _key($"user:{user:x32}");

    /// <summary>By a digest: an address says where somebody is. Who can read Redis can still find one out by trying all.</summary>
    private RedisKey Address(UInt128 address)
    {
        if (_plan.Address.Length == 0)
            return _key("unused");
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address);
        return _key($"address:{Convert.ToHexStringLower(SHA256.HashData(bytes)[..16])}");
    }

    private RedisKey Word(string key) => _key($"upstream:{key}");
}
