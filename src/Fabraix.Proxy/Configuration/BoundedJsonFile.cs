using System.Text.Json;
using Microsoft.Extensions.Configuration.Json;

namespace Fabraix.Proxy.Configuration;

/// <summary>A JSON file of the configuration, read once. What is far more than any configuration is refused before it is taken apart: a file that is mounted by mistake must take neither memory nor time.</summary>
internal sealed class BoundedJsonFile(string path) : JsonStreamConfigurationSource
{
    private const int MostBytes = 1024 * 1024;
    private const int MostValues = 5000;
    private const int MostLevels = 32;

    // As the framework reads its configuration.
    private static readonly JsonReaderOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public override IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        Stream = Read();
        return new Provider(this, path);
    }

    private MemoryStream Read()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new MemoryStream();
        var piece = new byte[16 * 1024];
        while (file.Read(piece) is > 0 and var length)
        {
            bytes.Write(piece, 0, length);
            if (bytes.Length > MostBytes)
                throw Unread(path, new FormatException("It is larger than 1 MiB."));
        }

        bytes.Position = 0;
        return bytes;
    }

    private static void Judge(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text.StartsWith("\uFEFF"u8) ? text[3..] : text, Lenient);
        var values = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.GetString()!.Count(':') > MostLevels)
                throw new FormatException($"A name in it has more than {MostLevels} levels.");
            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.StartObject or JsonTokenType.EndObject or JsonTokenType.StartArray or JsonTokenType.EndArray) && ++values > MostValues)
                throw new FormatException($"It holds more than {MostValues} values.");
        }
    }

    private static InvalidDataException Unread(string path, Exception why) => new($"Failed to load configuration from file '{path}'.", why);

    private sealed class Provider(BoundedJsonFile source, string path) : JsonStreamConfigurationProvider(source)
    {
        public override void Load(Stream stream)
        {
            try
            {
                Judge(((MemoryStream)stream).GetBuffer().AsSpan(0, (int)stream.Length));
                base.Load(stream);
            }
            catch (Exception e) when (e is FormatException or JsonException)
            {
                throw Unread(path, e);
            }
        }
    }
}
