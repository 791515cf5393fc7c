using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Leaks;

internal enum Framing
{
    Chunked,
    Length,
    Close,
}

/// <summary>An answer of the upstream's in pieces.</summary>
/// <param name="Lead">What the client must have seen before the second piece is sent: then the two were read apart. Empty where nothing comes before.</param>
/// <param name="Pieces">What follows the lead, the first of them in one piece with it.</param>
internal sealed record EchoCase(string Name, Framing Framing, string Lead, params string[] Pieces)
{
    private readonly TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = "application/json";

    public string Body => Lead + string.Concat(Pieces);

    public void LeadSeen() => seen.TrySetResult();

    public async Task AnswerAsync(UpstreamExchange exchange)
    {
        var framing = Framing switch
        {
            Framing.Chunked => "Transfer-Encoding: chunked",
            Framing.Length => $"Content-Length: {Body.Length}",
            _ => "Connection: close",
        };
        await exchange.SendAsync(UpstreamAnswer.Head(Status, "Content-Type: " + ContentType, framing) + Piece(Lead + Pieces[0]));
        if (Lead.Length > 0) await Task.WhenAny(seen.Task, exchange.Gone);
        foreach (var piece in Pieces[1..]) await exchange.SendAsync(Piece(piece));
        if (Framing == Framing.Chunked) await exchange.SendAsync("0\r\n\r\n");
        if (Framing == Framing.Close) exchange.Close();
    }

    private string Piece(string text) => text.Length == 0 || Framing != Framing.Chunked ? text : UpstreamAnswer.Chunk(text);
}
