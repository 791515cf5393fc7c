using System.Text.Json;

namespace Fabraix.Proxy.Secrets;

/// <summary>Writes small JSON objects without a serializer.</summary>
internal static class JsonBody
{
    public static byte[] Bytes(Action<Utf8JsonWriter> members)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    public static HttpContent Content(Action<Utf8JsonWriter> members) =>
        new ByteArrayContent(Bytes(members)) { Headers = { ContentType = new("application/json") } };
}
