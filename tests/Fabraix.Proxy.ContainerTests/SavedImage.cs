using System.Formats.Tar;
using System.Text.Json;

namespace Fabraix.Proxy.ContainerTests;

/// <summary>A file of an image. Contents of large ones are left out, and links have none.</summary>
internal sealed record ImageFile(byte[] Content, bool IsRoots, bool IsWritableByOthers, DateTimeOffset Changed);

/// <summary>An image as the engine saves it: what podman's and Docker's answers about it leave out is in here.</summary>
internal sealed class SavedImage
{
    private SavedImage(JsonElement settings, IReadOnlyList<IReadOnlyDictionary<string, ImageFile>> files) => (Settings, Files) = (settings, files);

    /// <summary>What containers of it start with.</summary>
    public JsonElement Settings { get; }

    /// <summary>Files and links of each layer, the base's first, by their path without the first slash.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, ImageFile>> Files { get; }

    public static async Task<SavedImage> ReadAsync(string image)
    {
        var path = Path.GetTempFileName();
        try
        {
            await using var archive = new FileStream(path, FileMode.Create, FileAccess.ReadWrite);
            await using (var saved = await Engine.Client.Images.SaveImageAsync(image)) await saved.CopyToAsync(archive);
            var manifest = (await JsonAsync(archive, "manifest.json"))[0];
            var config = await JsonAsync(archive, manifest.GetProperty("Config").GetString()!);
            var layers = new List<IReadOnlyDictionary<string, ImageFile>>();
            foreach (var layer in manifest.GetProperty("Layers").EnumerateArray()) layers.Add(await FilesAsync(await EntryAsync(archive, layer.GetString()!)));
            return new SavedImage(config.GetProperty("config"), layers);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<JsonElement> JsonAsync(Stream archive, string name)
    {
        using var json = await JsonDocument.ParseAsync(await EntryAsync(archive, name));
        return json.RootElement.Clone();
    }

    private static async Task<Stream> EntryAsync(Stream archive, string name)
    {
        archive.Position = 0;
        var tar = new TarReader(archive, leaveOpen: true);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            if (entry.Name == name) return entry.DataStream!;
        }
        throw new InvalidDataException($"The saved image has no {name}.");
    }

    private static async Task<IReadOnlyDictionary<string, ImageFile>> FilesAsync(Stream layer)
    {
        var files = new Dictionary<string, ImageFile>(StringComparer.Ordinal);
        await using var tar = new TarReader(layer);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            if (entry.EntryType is TarEntryType.Directory) continue;
            var others = entry.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
            files[entry.Name.TrimStart('.', '/')] = new ImageFile(await ContentAsync(entry), entry.Uid == 0 && entry.Gid == 0, others != 0, entry.ModificationTime);
        }
        return files;
    }

    private static async Task<byte[]> ContentAsync(TarEntry entry)
    {
        if (entry.DataStream is null || entry.Length > 1024 * 1024) return [];
        using var content = new MemoryStream();
        await entry.DataStream.CopyToAsync(content);
        return content.ToArray();
    }
}
