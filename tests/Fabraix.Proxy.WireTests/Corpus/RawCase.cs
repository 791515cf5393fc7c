using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>One request of the corpus and what must come of it.</summary>
/// <param name="Name">Theme and trick; the test's display name.</param>
/// <param name="Write">Writes the request for a proxy that runs.</param>
internal sealed record RawCase(string Name, Func<CorpusContext, string> Write)
{
    public int Status { get; init; }

    /// <summary>The proxy's own code; null where the server refuses before a request exists, with a bare status.</summary>
    public string? Code { get; init; }

    /// <summary>Nothing more is read from this connection.</summary>
    public bool Closes { get; init; }

    /// <summary>The client sends no more after this and gets no answer, as one that left in the middle.</summary>
    public bool Leaves { get; init; }

    /// <summary>Refused by a step of the proxy; the connection stays in step and serves on.</summary>
    public static RawCase Refused(string name, int status, string code, Func<CorpusContext, RequestText> request) =>
        new(name, context => request(context).ToString()) { Status = status, Code = code };

    /// <summary>Refused by the proxy because the message's bounds are in doubt: one answer, then the end.</summary>
    public static RawCase Broken(string name, string code, Func<CorpusContext, RequestText> request) =>
        new(name, context => request(context).ToString()) { Status = 400, Code = code, Closes = true };

    /// <summary>Refused by the server before a request exists: a bare status, then the end.</summary>
    public static RawCase Bare(string name, int status, Func<CorpusContext, string> request) =>
        new(name, request) { Status = status, Closes = true };

    /// <summary>Never finished: the connection ends without an answer.</summary>
    public static RawCase Left(string name, Func<CorpusContext, RequestText> request) =>
        new(name, context => request(context).ToString()) { Leaves = true, Closes = true };

    /// <summary>As <see cref="Bare(string, int, Func{CorpusContext, string})"/>, from a request's parts.</summary>
    public static RawCase Bare(string name, int status, Func<CorpusContext, RequestText> request) =>
        Bare(name, status, context => request(context).ToString());

    /// <summary>Reaches the upstream.</summary>
    public static RawCase Lawful(string name, Func<CorpusContext, RequestText> request) =>
        new(name, context => request(context).ToString()) { Status = 200 };

    /// <summary>Bytes that are no visible ASCII, in a name that is printed.</summary>
    public static string Shown(string text) => string.Concat(text.Select(c => c is > ' ' and < '\u007f' ? c.ToString() : $"<{(int)c:x2}>"));
}
