using System.Buffers.Text;
using System.Text;

namespace Fabraix.Proxy.Fuzz;

/// <summary>
/// An input's text and what becomes of it. The first letter says which: <c>r</c>, the rest is the token; <c>e</c>, a line of header
/// and a rest of payload, encoded and given a false signature; <c>s</c>, the same with a good one; <c>m</c>, changes of a good token, each a
/// place of two bytes and a letter.
/// </summary>
internal readonly ref struct FuzzInput
{
    private FuzzInput(string token, bool isSigned) => (Token, IsSigned) = (token, isSigned);

    public string Token { get; }

    /// <summary>Whether the signature is the issuer's, so that the token may be accepted.</summary>
    public bool IsSigned { get; }

    public static FuzzInput Read(ReadOnlySpan<byte> input, FuzzIssuer issuer)
    {
        if (input.IsEmpty)
            return new FuzzInput("", isSigned: false);
        var rest = input[1..];
        return (char)input[0] switch
        {
            's' => new FuzzInput(issuer.Sign(Signed(rest)), isSigned: true),
            'e' => new FuzzInput($"{Signed(rest)}.{new string('A', 86)}", isSigned: false),
            'm' => Changed(rest, issuer.Good),
            _ => new FuzzInput(Encoding.Latin1.GetString(rest), isSigned: false),
        };
    }

    private static string Signed(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n') is >= 0 and var found ? found : text.Length;
        return $"{Base64Url.EncodeToString(text[..end])}.{Base64Url.EncodeToString(text[Math.Min(text.Length, end + 1)..])}";
    }

    private static FuzzInput Changed(ReadOnlySpan<byte> changes, string good)
    {
        var letters = good.ToCharArray();
        for (; changes.Length >= 3; changes = changes[3..])
            letters[((changes[0] << 8) | changes[1]) % letters.Length] = (char)changes[2];
        var token = new string(letters);
        return new FuzzInput(token, token == good);
    }
}
