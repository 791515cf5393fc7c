using System.Text;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit;

/// <summary>A token before it is signed: lawful until a test changes it.</summary>
internal sealed class TokenDraft(TestKey key, JsonObject header, JsonObject payload)
{
    public JsonObject Header { get; set; } = header;

    public JsonObject Payload { get; set; } = payload;

    /// <summary>Instead of <see cref="Header"/>: a text that a JSON object can't say, such as one with duplicate names.</summary>
    public string? HeaderText { get; set; }

    /// <summary>Instead of <see cref="Payload"/>.</summary>
    public string? PayloadText { get; set; }

    /// <summary>What signs, whatever the header claims; the key's own algorithm unless <see cref="Sign"/> is set.</summary>
    public TestKey Key { get; set; } = key;

    public Func<byte[], byte[]>? Sign { get; set; }

    /// <summary>The last word: changes the finished text.</summary>
    public Func<string, string>? Finish { get; set; }

    public TokenDraft Claim(string name, JsonNode? value)
    {
        Payload[name] = value;
        return this;
    }

    public string ToToken()
    {
        var signed = $"{TestKey.Base64Url(HeaderText ?? Header.ToJsonString())}.{TestKey.Base64Url(PayloadText ?? Payload.ToJsonString())}";
        var signature = (Sign ?? Key.Sign)(Encoding.ASCII.GetBytes(signed));
        var token = $"{signed}.{TestKey.Base64Url(signature)}";
        return Finish?.Invoke(token) ?? token;
    }
}
