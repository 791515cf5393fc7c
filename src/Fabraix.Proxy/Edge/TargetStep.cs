using System.Buffers;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Edge;

/// <summary>
/// Decides whether the request target is a plain path: origin-form (RFC 9112 section 3.2.1), unreserved characters and "/"
/// only (RFC 3986 section 2.3), no empty or dot segment, no query. It stands before routing, so that every later step meets
/// one spelling of a path. It refuses with 400: a spelling that two readers may read differently is not repaired.
/// </summary>
internal sealed class TargetStep : IStep
{
    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly Refusal Form = new(ProxyError.InvalidRequestTarget, "target: not in origin-form");
    private static readonly Refusal Query = new(ProxyError.InvalidRequestTarget, "target: the route takes no query");
    private static readonly Refusal Character = new(ProxyError.InvalidRequestTarget, "target: character outside unreserved and /");
    private static readonly Refusal Segment = new(ProxyError.InvalidRequestTarget, "target: empty or dot segment");

    public string Name => "target";

    public ValueTask<Verdict> JudgeAsync(HttpContext context) =>
        Judge(RawTarget(context)) is { } refusal ? Verdict.Refuse(refusal) : Verdict.Pass;

    /// <summary>The bytes that the client sent, before the server decodes or normalises them.</summary>
    public static string RawTarget(HttpContext context) => context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    internal static Refusal? Judge(ReadOnlySpan<char> target)
    {
        if (target.IsEmpty || target[0] != '/')
            return Form;
        if (target.ContainsAnyExcept(PathCharacters))
            return target.Contains('?') ? Query : Character;

        while (!target.IsEmpty)
        {
            target = target[1..];
            var end = target.IndexOf('/');
            var segment = end < 0 ? target : target[..end];
            if (segment is "" or "." or "..")
                return Segment;
            target = end < 0 ? [] : target[end..];
        }

        return null;
    }
}
