using Fabraix.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>
/// An upstream that repeats the key in its answer's body: in every spelling, cut at every byte, in every framing. No client gets it.
/// </summary>
public sealed class LeakCorpusTests : IAsyncLifetime
{
    private const string Lead = """{"id":"1","said":" """;

    private ProxyUnderTest proxy = null!;
    private KeyForms forms = null!;
    private EchoRun run = null!;

    public async ValueTask InitializeAsync()
    {
        proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.ApiKey = Made.OddApiKey();
            setup.LogLevel = LogLevel.Information;
        });
        forms = new KeyForms(proxy.ApiKey);
        run = new EchoRun(proxy, proxy.ApiKey);
    }

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    [Fact]
    public async Task Lets_none_of_5000_answers_with_a_key_through() => Assert.InRange(await run.AssertNoLeakAsync(
    [
        .. from form in forms.All from framing in Enum.GetValues<Framing>() from cut in Cuts(form) select Cut(form, framing, Lead, cut),
        .. from form in forms.All from cut in Cuts(form) where cut % 4 == 0 select Cut(form, (Framing)(cut / 4 % 3), "", cut),
        .. from form in forms.All from framing in Enum.GetValues<Framing>() select new EchoCase($"{form.Name}, byte by byte", framing, Lead, ["", .. form.Text.Select(c => c.ToString())]),
        .. from form in forms.All from status in new[] { 400, 404, 422, 500, 503 } select Cut(form, Framing.Length, "", 0) with { Status = status },
        .. from form in forms.All select new EchoCase($"{form.Name}, event", Framing.Chunked, "", $"data: {form.Text}\n\n") { ContentType = "text/event-stream" },
        .. from form in forms.All select new EchoCase($"{form.Name}, second event", Framing.Chunked, "data: 1\n\n", "", $"data: {form.Text}\n\n") { ContentType = "text/event-stream" },
        .. from form in forms.All select new EchoCase($"{form.Name}, far behind", Framing.Chunked, new string('a', 100_000), form.Text),
        .. from form in forms.All select new EchoCase($"{form.Name}, far before", Framing.Length, "", form.Text + new string('a', 100_000)),
    ]), 5000, int.MaxValue);

    [Fact]
    public async Task Lets_text_through_that_only_resembles_a_key() => Assert.InRange(await run.AssertWholeAsync(
    [
        .. from form in forms.All from cut in Cuts(form) where cut > 0 select new EchoCase($"{form.Name}, first {cut} bytes", (Framing)(cut % 3), cut % 2 == 0 ? Lead : "", form.Text[..cut], " and more"),
        .. from form in forms.All from cut in Cuts(form) where cut > 0 && cut % 3 == 0 select new EchoCase($"{form.Name}, first {cut} bytes at the end", (Framing)(cut % 2), Lead, "", form.Text[..cut]),
        .. from form in forms.All select new EchoCase($"{form.Name}, each byte changed", Framing.Chunked, "", [.. Cuts(form).Select(at => $"{form.Text[..at]} {form.Text[(at + 1)..]}|")]),
        .. from form in forms.All select new EchoCase($"{form.Name}, without each byte", Framing.Length, "", [.. Cuts(form).Where(at => at > 0).Select(at => $"{form.Text[..at]}{form.Text[(at + 1)..]}|")]),
        .. from form in forms.All select new EchoCase($"{form.Name}, beginnings in a row", Framing.Chunked, "", [.. Cuts(form).Select(at => form.Text[..at] + " ")]),
    ]), 2000, int.MaxValue);

    private static IEnumerable<int> Cuts(KeyForm form) => Enumerable.Range(0, form.Text.Length);

    private static EchoCase Cut(KeyForm form, Framing framing, string lead, int cut) =>
        new($"{form.Name}, cut at {cut}{(lead.Length > 0 ? "" : " from the first byte")}", framing, lead, form.Text[..cut], form.Text[cut..], "\"}");
}
