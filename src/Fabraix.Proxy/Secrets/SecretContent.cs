using System.Diagnostics;

namespace Fabraix.Proxy.Secrets;

/// <summary>
/// What a store holds under a name. Stores do not know what it is for: whoever it is meant for parses it, into a type that guards it. It prints as
/// [redacted], and a test lists the files that may open it.
/// </summary>
[DebuggerDisplay("[redacted]")]
internal sealed class SecretContent(string text)
{
    /// <summary>The text, for a parser of secrets and for nobody else.</summary>
    public string Reveal() => text;

    public override string ToString() => "[redacted]";
}
