using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Fabraix.Proxy.Secrets.Kubernetes;

namespace Fabraix.Proxy.Tests.Secrets;

public sealed class JsonLinesTests
{
    [Fact]
    public async Task Gives_each_line_when_it_has_come_and_no_half_one()
    {
        var pipe = new Pipe();
        await using var lines = JsonLines.ReadAsync(pipe.Reader.AsStream(), TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = lines.MoveNextAsync();
        await WriteAsync(pipe, "[1]");
        Assert.False(first.IsCompleted);
        await WriteAsync(pipe, "\n[2]\n[3");
        Assert.True(await first);
        Assert.Equal(1, lines.Current.RootElement[0].GetInt32());
        Assert.True(await lines.MoveNextAsync());
        Assert.Equal(2, lines.Current.RootElement[0].GetInt32());
        await pipe.Writer.CompleteAsync();

        Assert.False(await lines.MoveNextAsync());
    }

    [Fact]
    public async Task Refuses_a_line_that_does_not_end()
    {
        using var endless = new MemoryStream(new byte[5 * 1024 * 1024]);
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(endless));
    }

    [Fact]
    public async Task Refuses_a_line_that_is_no_json()
    {
        using var page = new MemoryStream("<!doctype html>\n"u8.ToArray());
        await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(page));
    }

    private static async Task ReadAsync(Stream stream)
    {
        await foreach (var line in JsonLines.ReadAsync(stream, TestContext.Current.CancellationToken))
            line.Dispose();
    }

    private static async Task WriteAsync(Pipe pipe, string text) => await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
}
