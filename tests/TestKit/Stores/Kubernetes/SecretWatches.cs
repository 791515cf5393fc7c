using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Fabraix.TestKit.Stores;

/// <summary>Watches under way, and what happened before them. All but sending is called while the store is locked.</summary>
internal sealed class SecretWatches
{
    private readonly List<(string Name, long Revision, string Line)> history = [];
    private readonly List<SecretWatch> open = [];
    private long oldest;

    public int Open
    {
        get
        {
            lock (open) return open.Count;
        }
    }

    public SecretWatch Begin(string name, long from, JsonObject? present, bool bookmarks)
    {
        var watch = new SecretWatch(name, bookmarks);
        if (present is not null) watch.Lines.Writer.TryWrite(KubernetesObjects.Event("ADDED", present).ToJsonString());
        if (from > 0 && from < oldest)
        {
            watch.Lines.Writer.TryWrite(KubernetesObjects.Gone(from, oldest).ToJsonString());
            watch.Lines.Writer.TryComplete();
            return watch;
        }
        if (from > 0)
            foreach (var past in history.Where(past => past.Name == name && past.Revision > from))
                watch.Lines.Writer.TryWrite(past.Line);
        lock (open) open.Add(watch);
        return watch;
    }

    public void Happened(string name, long revision, string type, JsonObject secret)
    {
        var line = KubernetesObjects.Event(type, secret).ToJsonString();
        history.Add((name, revision, line));
        Tell(watch => watch.Name == name, line);
    }

    public void Bookmark(JsonObject bookmark) => Tell(watch => watch.Bookmarks, bookmark.ToJsonString());

    public void Forget(long upTo)
    {
        history.Clear();
        oldest = upTo;
    }

    public void Expire()
    {
        Tell(_ => true, KubernetesObjects.Gone(oldest, oldest + 1).ToJsonString());
        End();
    }

    public void End()
    {
        lock (open)
            foreach (var watch in open) watch.Lines.Writer.TryComplete();
    }

    /// <summary>One line of JSON an event, each sent as it happens, until the watch ends or its time is over.</summary>
    public async Task SendAsync(SecretWatch watch, HttpContext context, TimeSpan limit, TimeProvider time, CancellationToken stopping)
    {
        using var over = new CancellationTokenSource(limit, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(over.Token, context.RequestAborted, stopping);
        try
        {
            // The head goes out at once: a client's call for a watch must not wait for the first event.
            await context.Response.Body.FlushAsync(any.Token);
            await foreach (var line in watch.Lines.Reader.ReadAllAsync(any.Token))
            {
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), any.Token);
                await context.Response.Body.FlushAsync(any.Token);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Its time is over: the answer ends as it should.
        }
        finally
        {
            lock (open) open.Remove(watch);
        }
    }

    private void Tell(Func<SecretWatch, bool> concerned, string line)
    {
        lock (open)
            foreach (var watch in open.Where(concerned)) watch.Lines.Writer.TryWrite(line);
    }
}

internal sealed class SecretWatch(string name, bool bookmarks)
{
    public string Name { get; } = name;

    public bool Bookmarks { get; } = bookmarks;

    public Channel<string> Lines { get; } = Channel.CreateUnbounded<string>();
}
