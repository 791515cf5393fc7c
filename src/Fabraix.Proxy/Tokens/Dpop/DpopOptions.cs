using Fabraix.Proxy.Browser;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Tokens.Dpop;

/// <summary>What proofs of all issuers are checked against, in <c>Fabraix:Tokens</c>.</summary>
internal sealed record DpopOptions
{
    /// <summary>
    /// <c>PublicUrl</c>: scheme, host and port by which browsers reach the proxy, no path; a proof's <c>htu</c> must begin with it. No
    /// default; needed where an issuer has Dpop on. http only to loopback.
    /// </summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>
    /// <c>NonceSecret</c>: a secret of at least 32 characters that all replicas share. Default none: then proofs that were made ahead of time are
    /// accepted (RFC 9449 section 11.2), by whoever could use the key for a moment.
    /// </summary>
    public SecretReference? NonceSecret { get; init; }

    private const string ExampleUrl = "Set scheme and host by which browsers reach the proxy, lower case, no slash at the end, no default port: https://proxy.example.com.";
    private const string ExampleSecret = "Set a reference such as file:/var/run/secrets/fabraix/nonce-secret, never the secret itself.";

    public static DpopOptions Read(SectionReader tokens, bool accepted)
    {
        var options = new DpopOptions { PublicUrl = ReadUrl(tokens, accepted), NonceSecret = ReadSecret(tokens) };
        if (accepted && options.NonceSecret is null && !tokens.Has("NonceSecret"))
            tokens.Warn("NonceSecret", "is missing, and an issuer has Dpop on: proofs that were made ahead of time are accepted.", "Set a reference to a random secret of at least 32 characters that all replicas share.");
        if (!accepted && (options.PublicUrl is not null || options.NonceSecret is not null))
            tokens.Warn(options.PublicUrl is null ? "NonceSecret" : "PublicUrl", "has no effect: no issuer has Dpop on.", "Set Dpop of an issuer to accept or require, or remove it.");
        return options;
    }

    private static Uri? ReadUrl(SectionReader tokens, bool accepted)
    {
        if (tokens.Text("PublicUrl") is not { } text)
        {
            if (accepted && !tokens.Has("PublicUrl"))
                tokens.Mistake("PublicUrl", "is missing, and an issuer has Dpop on.", ExampleUrl);
            return null;
        }

        if (!Origin.TryParse(text, out var origin))
            tokens.Mistake("PublicUrl", "is not scheme and host alone.", ExampleUrl);
        else if (origin.IsCleartext)
            tokens.Mistake("PublicUrl", "is http to another machine: whoever is on the way reads the tokens.", "Set an https URL.");
        else
            return new Uri(origin.Value);
        return null;
    }

    private static SecretReference? ReadSecret(SectionReader tokens)
    {
        if (tokens.Text("NonceSecret") is not { } text)
            return null;
        if (!SecretReference.TryParse(text, out var reference))
            tokens.Mistake("NonceSecret", "is not a reference to a secret.", ExampleSecret);
        else if (SecretStores.Judge(reference) is { } wrong)
            tokens.Mistake("NonceSecret", wrong, "Correct the reference; it never holds the secret itself.");
        else
            return reference;
        return null;
    }
}
