using System.Globalization;

namespace Fabraix.Sandbox;

/// <summary>What the terminal shows at the end of the start: where to look, and lines that work when pasted.</summary>
internal static class Greeting
{
    public static void Write(TextWriter to, RunningSandbox sandbox, TimeProvider time)
    {
        var a = sandbox.Addresses;
        var now = (time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
        to.WriteLine($$"""

            The sandbox is running. Open the demo page:

                {{a.Page}}

            Or log an event through the proxy from a terminal:

                curl -i {{a.Proxy}}/v1/event \
                  -H "Authorization: Bearer $(curl -s {{a.Issuer}}/token -d user=alice -d format=text)" \
                  -H 'Content-Type: application/json' \
                  -d '{"event_type":"user","trace_id":"{{Guid.NewGuid()}}","timestamp":{{now}},"content":"{\"text\":\"hello\"}","schema":"{\"type\":\"object\"}"}'

            proxy             {{a.Proxy}}   health and metrics {{a.Management}}
            Fabraix stand-in  {{a.Upstream}}
            token issuer      {{a.Issuer}}   users alice and bob (bob may not check)
            Each user may call 30 times a minute and 500 times an hour. The demo page shows each request's steps;
            the proxy prints no access lines here, only warnings.

            operator          {{a.Admin}}   keys and misbehaviour, for a terminal:

                curl {{a.Admin}}/keys
                curl -X POST {{a.Admin}}/keys -d '{"type":"restricted","operations":["event"]}'
                curl -X POST {{a.Admin}}/keys/key-002/use
                curl -X DELETE {{a.Admin}}/keys/key-001

            and what the proxy stops: the next answer of the stand-in holds the key, and the caller gets 502 in its place:

                curl -X PUT {{a.Admin}}/misbehaviour -d '{"mode":"echo-key","requests":1}'

            Ctrl+C stops it.
            """);
        to.Flush();
    }
}
