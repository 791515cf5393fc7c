using Fabraix.Proxy.Pipeline;

namespace Fabraix.Proxy.Status;

/// <summary>One file of the page, out of the program itself. All are the same for everybody; what they show comes from <see cref="StatusEndpoint"/>.</summary>
internal sealed class PageFile : IManagementEndpoint
{
    private readonly string _type;
    private readonly byte[] _content;

    private PageFile(string path, string file, string type)
    {
        (Path, _type) = (path, type);
        using var stream = typeof(PageFile).Assembly.GetManifestResourceStream($"status/{file}")!;
        _content = new byte[stream.Length];
        stream.ReadExactly(_content);
    }

    public static IReadOnlyList<PageFile> All { get; } =
    [
        new("/", "index.html", "text/html; charset=utf-8"),
        new("/status/page.css", "page.css", "text/css; charset=utf-8"),
        .. ((string[])["page.js", "parts.js", "chart.js", "words.js"]).Select(file => new PageFile($"/status/{file}", file, "text/javascript; charset=utf-8")),
        new("/status/icon.svg", "icon.svg", "image/svg+xml"),
    ];

    public string Method => HttpMethods.Get;

    public string Path { get; }

    public Task HandleAsync(HttpContext context)
    {
        PageHeaders.Set(context.Response);
        context.Response.ContentType = _type;
        context.Response.ContentLength = _content.Length;
        return context.Response.Body.WriteAsync(_content, context.RequestAborted).AsTask();
    }
}
