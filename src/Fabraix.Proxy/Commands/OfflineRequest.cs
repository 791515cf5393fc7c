using System.Text;
using Fabraix.Proxy.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Fabraix.Proxy.Commands;

/// <summary>Makes a request context from text, as the server would have made it from a connection.</summary>
internal static class OfflineRequest
{
    public static HttpContext Of(string method, string target, string? token, string? origin, IServiceProvider services)
    {
        var context = New(method, target, "HTTP/1.1", services);
        context.Request.Host = new HostString("localhost");
        if (token is not null)
            context.Request.Headers.Authorization = $"Bearer {token}";
        if (origin is not null)
            context.Request.Headers.Origin = origin;
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsOptions(method))
            context.Request.ContentType = "application/json";
        return context;
    }

    /// <exception cref="InvalidDataException">It has no request line, or a header line without a colon.</exception>
    public static HttpContext Parse(string text, IServiceProvider services)
    {
        // Files end their lines as their editor likes; a connection may not (framing judges that on the wire).
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var crlf ? (crlf, 4) : (text.IndexOf("\n\n", StringComparison.Ordinal), 2);
        var (head, body) = end.Item1 < 0 ? (text, "") : (text[..end.Item1], text[(end.Item1 + end.Item2)..]);
        var lines = head.Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
        if (lines[0].Split(' ') is not [var method, var target, var protocol])
            throw new InvalidDataException("--request: the first line is not METHOD TARGET HTTP/1.1.");

        var context = New(method, target, protocol, services);
        foreach (var line in lines.Skip(1).Where(line => line.Length > 0))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                throw new InvalidDataException("--request: a header line has no colon.");
            context.Request.Headers.Append(line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
        }

        var headers = context.Request.Headers;
        if (headers.TryGetValue(HeaderNames.ContentLength, out var lengths) && lengths.Count == 1 && headers.ContentLength is null)
            throw new InvalidDataException("--request: Content-Length is not a number.");
        context.Request.Body = new MemoryStream(Encoding.Latin1.GetBytes(body));
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(body.Length > 0));

        // Who writes a request by hand may leave the length out; what they did write is judged as it stands.
        if (body.Length > 0 && !headers.ContainsKey(HeaderNames.ContentLength) && !headers.ContainsKey(HeaderNames.TransferEncoding))
            headers.ContentLength = body.Length;
        return context;
    }

    private static DefaultHttpContext New(string method, string target, string protocol, IServiceProvider services)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = method;
        context.Request.Protocol = protocol;
        context.Request.Scheme = Uri.UriSchemeHttp;
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        context.Features.Set(new RequestRecord());
        return context;
    }

    /// <summary>The server knows from the framing whether a body comes.</summary>
    private sealed class BodyDetection(bool canHaveBody) : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => canHaveBody;
    }
}
