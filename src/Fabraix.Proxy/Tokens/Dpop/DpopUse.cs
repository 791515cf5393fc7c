using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Tokens.Dpop;

/// <summary><c>Fabraix:Tokens:Issuers:NAME:Dpop</c>: whether an issuer's tokens may or must be bound to a key of the page (RFC 9449).</summary>
internal enum DpopUse
{
    /// <summary>A bound token is refused, and the scheme DPoP is none.</summary>
    Off,

    /// <summary>A bound token needs a proof; one that is not bound is accepted as ever.</summary>
    Accept,

    /// <summary>Only bound tokens, each with a proof.</summary>
    Require,
}

internal static class DpopUses
{
    private static readonly string[] Names = ["off", "accept", "require"];

    public static DpopUse Read(SectionReader issuer)
    {
        if (issuer.Text("Dpop") is not { } text)
            return DpopUse.Off;
        if (Array.IndexOf(Names, text) is >= 0 and var use)
            return (DpopUse)use;
        // No nearest name: that of "on" would be "off".
        issuer.Mistake("Dpop", "is none of off, accept and require.", "Set accept (its tokens may be bound to a key), require (they must be) or off, in small letters.");
        return DpopUse.Off;
    }
}
