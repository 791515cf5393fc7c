using System.Net.Http.Headers;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Keys;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Forwarding;

/// <summary>
/// Keeps an upstream that repeats a key from telling it to the browser: no header that would pass may hold one, nor the body, in
/// any spelling of <see cref="KeySpellings"/>. Out of its reach are spellings that mix escapes, compression (answers with a
/// Content-Encoding are blocked) and encryption.
/// </summary>
internal sealed class LeakGuard(KeyRing keys, KeyAlarm alarm)
{
    private static readonly Refusal InHead = new(ProxyError.UpstreamResponseBlocked, "upstream: the head holds an API key");
    private static readonly Refusal InBody = new(ProxyError.UpstreamResponseBlocked, "upstream: the body holds an API key");

    /// <summary>Refuses an answer with a key in its head, be it in what does not pass.</summary>
    public Refusal? JudgeHead(HttpContext context, HttpResponseMessage answer)
    {
        var search = keys.SearchFor(context.Features.GetRequiredFeature<KeyLease>().Version);
        if (!search.IsIn(answer.ReasonPhrase) && !Holds(search, answer.Headers) && !Holds(search, answer.Content.Headers))
            return null;
        alarm.InAnswer(context, "header");
        return InHead with { ReceivedStatus = (int)answer.StatusCode };
    }

    /// <summary>The body, watched while it streams. Its headers have been copied already.</summary>
    public HttpContent Watch(HttpContent body, KeyVersion sent) => new GuardedContent(body, stream => new LeakGuardStream(stream, () => keys.SearchFor(sent)));

    /// <summary>What a body that broke off while it was read says, or null where it was no key.</summary>
    public Refusal? Judge(HttpContext context, Exception? broken, int? status)
    {
        // Where both directions failed, YARP gives both.
        if (broken is not KeyInAnswerException && (broken as AggregateException)?.InnerExceptions.OfType<KeyInAnswerException>().Any() is not true)
            return null;
        alarm.InAnswer(context, "body");
        return InBody with { ReceivedStatus = status };
    }

    private static bool Holds(KeySearch search, HttpHeaders headers)
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            if (search.IsIn(name))
                return true;
            foreach (var value in values)
            {
                if (search.IsIn(value))
                    return true;
            }
        }

        return false;
    }
}
