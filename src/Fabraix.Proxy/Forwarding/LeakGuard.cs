using System.Net.Http.Headers;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Keys;

namespace Fabraix.Proxy.Forwarding;

/// <summary>
/// Keeps an upstream that repeats a key from telling it to the browser: no header that would pass may hold one, nor the body, in
/// any spelling of <see cref="Secrets.KeySpellings"/>. Out of its reach are spellings that mix escapes, compression (answers with a
/// Content-Encoding are blocked) and encryption.
/// </summary>
internal sealed class LeakGuard(KeyRing keys, KeyAlarm alarm)
{
    private static readonly Refusal InHeader = new(ProxyError.UpstreamResponseBlocked, "upstream: a header holds an API key");
    private static readonly Refusal InBody = new(ProxyError.UpstreamResponseBlocked, "upstream: the body holds an API key");

    /// <summary>Refuses an answer with a key in a header, be it one that does not pass.</summary>
    public Refusal? JudgeHeaders(HttpContext context, HttpResponseMessage answer)
    {
        if (!Holds(answer.Headers) && !Holds(answer.Content.Headers))
            return null;
        alarm.InAnswer(context, "header");
        return InHeader with { ReceivedStatus = (int)answer.StatusCode };
    }

    /// <summary>The body, watched while it streams. Its headers have been copied already.</summary>
    public HttpContent Watch(HttpContent body) => new GuardedContent(body, stream => new LeakGuardStream(stream, () => keys.Search));

    /// <summary>What a body that broke off while it was read says, or null where it was no key.</summary>
    public Refusal? Judge(HttpContext context, Exception? broken, int? status)
    {
        if (broken is not (KeyInAnswerException or { InnerException: KeyInAnswerException }))
            return null;
        alarm.InAnswer(context, "body");
        return InBody with { ReceivedStatus = status };
    }

    private bool Holds(HttpHeaders headers)
    {
        var search = keys.Search;
        foreach (var (_, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                if (search.IsIn(value))
                    return true;
            }
        }

        return false;
    }
}
