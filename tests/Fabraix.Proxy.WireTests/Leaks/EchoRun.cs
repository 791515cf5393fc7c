using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>Asks one proxy for many answers at once, and judges the bytes that its clients got.</summary>
internal sealed class EchoRun(ProxyUnderTest proxy, string key)
{
    private const int Parallel = 8;

    private readonly KeyForms forms = new(key);
    private readonly ConcurrentBag<string> wrong = [];

    /// <summary>All blocked or cut, none with the key; and each has raised one alarm.</summary>
    public async Task<int> AssertNoLeakAsync(IEnumerable<EchoCase> cases)
    {
        var (before, count) = (Alarms(), await RunAsync(cases, (one, received) =>
            forms.AreIn(received.Raw) || forms.AreIn(received.Body) ? "the key came through"
            : received.Status == 502 ? Blocked(received)
            : one.Lead.Length == 0 && one.Pieces[0].Length is 0 or > 3 && one.ContentType != "text/event-stream" ? "was begun, though nothing could go on yet"
            : received.Complete ? "was not cut"
            : !one.Body.StartsWith(received.Body, StringComparison.Ordinal) ? "something else came than was sent"
            : received.Body.Length > one.Lead.Length + 3 ? "more than three bytes of the key came"
            : null));
        // The alarm is raised as the client is cut off.
        await Bounds.UntilAsync(() => Alarms() - before >= count, "an alarm for each answer");
        Assert.Equal(count, Alarms() - before);
        return count;
    }

    /// <summary>All passed whole, without an alarm.</summary>
    public async Task<int> AssertWholeAsync(IEnumerable<EchoCase> cases)
    {
        var before = Alarms();
        var count = await RunAsync(cases, (one, received) =>
            received.Status != one.Status || !received.Complete ? "was not passed whole"
            : received.Body != one.Body ? "came in other bytes than it was sent"
            : null);
        Assert.Equal(0, Alarms() - before);
        return count;
    }

    private static string? Blocked(Received received) =>
        received is { Complete: true } && received.Body.Contains("\"code\":\"upstream_response_blocked\"", StringComparison.Ordinal)
            && received.Raw.Contains($"\r\nAccess-Control-Allow-Origin: {ProxyUnderTest.Origin}\r\n", StringComparison.Ordinal)
            ? null
            : "was blocked with another answer";

    private int Alarms() => proxy.Logs.Lines.Count(line => line.Id.Id == 1500);

    private async Task<int> RunAsync(IEnumerable<EchoCase> cases, Func<EchoCase, Received, string?> judge)
    {
        var all = cases.ToList();
        var token = proxy.Issuer.Mint();
        proxy.Upstream.Answer = exchange => all[int.Parse(exchange.Request.Header("idempotency-key")!, CultureInfo.InvariantCulture)].AnswerAsync(exchange);
        await System.Threading.Tasks.Parallel.ForEachAsync(Enumerable.Range(0, all.Count), new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (number, _) =>
        {
            var received = await AskAsync(all[number], number, token);
            if (judge(all[number], received) is { } flaw) wrong.Add($"{all[number].Name}, {all[number].Framing}: {flaw} ({received.Status})");
        });
        Assert.Equal([], wrong.Order(StringComparer.Ordinal).Take(20));
        return all.Count;
    }

    private async Task<Received> AskAsync(EchoCase one, int number, string token)
    {
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post(token: token).With("Idempotency-Key", number.ToString(CultureInfo.InvariantCulture))
            .With("Origin", ProxyUnderTest.Origin).With("Connection", "close").ToString());
        var raw = new StringBuilder();
        while (await client.ReceivePieceAsync() is { Length: > 0 } piece)
        {
            raw.Append(Encoding.Latin1.GetString(piece));
            if (one.Lead.Length > 0 && Received.Parse(raw.ToString()).Body.Length >= one.Lead.Length) one.LeadSeen();
        }
        client.LeaveNoTrace();
        return Received.Parse(raw.ToString());
    }
}
