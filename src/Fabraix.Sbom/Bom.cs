using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fabraix.Sbom;

/// <summary>CycloneDX 1.6, JSON. No time of day and no chance is in it: the same lock file gives the same bytes.</summary>
internal static class Bom
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    public static string Write(string version, IReadOnlyList<Part> parts)
    {
        var serial = Serial(Write(version, parts, null));
        return Encoding.UTF8.GetString(Write(version, parts, serial)) + "\n";
    }

    /// <summary>A UUID of RFC 9562's version 8, from the digest of all the rest.</summary>
    private static string Serial(byte[] content)
    {
        var bytes = SHA256.HashData(content).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return $"urn:uuid:{new Guid(bytes, bigEndian: true)}";
    }

    private static byte[] Write(string version, IReadOnlyList<Part> parts, string? serial)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteString("bomFormat", "CycloneDX");
            json.WriteString("specVersion", "1.6");
            if (serial is not null) json.WriteString("serialNumber", serial);
            json.WriteNumber("version", 1);
            WriteProgram(json, version);
            json.WriteStartArray("components");
            foreach (var part in parts) WritePart(json, part);
            json.WriteEndArray();
            WriteDependencies(json, version, parts);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static string Reference(string version) => $"fabraix-proxy@{version}";

    private static void WriteProgram(Utf8JsonWriter json, string version)
    {
        json.WriteStartObject("metadata");
        json.WriteStartObject("component");
        json.WriteString("type", "application");
        json.WriteString("bom-ref", Reference(version));
        json.WriteString("name", "fabraix-proxy");
        json.WriteString("version", version);
        WriteLicense(json, "MIT");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter json, Part part)
    {
        json.WriteStartObject();
        json.WriteString("type", "library");
        json.WriteString("bom-ref", part.Purl);
        json.WriteString("name", part.Name);
        json.WriteString("version", part.Version);
        if (part.ContentHash is { } hash)
        {
            json.WriteStartArray("hashes");
            json.WriteStartObject();
            json.WriteString("alg", "SHA-512");
            json.WriteString("content", Convert.ToHexStringLower(Convert.FromBase64String(hash)));
            json.WriteEndObject();
            json.WriteEndArray();
        }
        if (part.License is { } license) WriteLicense(json, license);
        json.WriteString("purl", part.Purl);
        json.WriteEndObject();
    }

    private static void WriteLicense(Utf8JsonWriter json, string expression)
    {
        json.WriteStartArray("licenses");
        json.WriteStartObject();
        json.WriteString("expression", expression);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteDependencies(Utf8JsonWriter json, string version, IReadOnlyList<Part> parts)
    {
        var byName = parts.ToDictionary(part => part.Name, part => part.Purl, StringComparer.OrdinalIgnoreCase);
        json.WriteStartArray("dependencies");
        WriteEdges(json, Reference(version), Contents.Roots(parts).Select(part => part.Purl));
        foreach (var part in parts) WriteEdges(json, part.Purl, part.DependsOn.Select(name => byName[name]));
        json.WriteEndArray();
    }

    private static void WriteEdges(Utf8JsonWriter json, string from, IEnumerable<string> to)
    {
        json.WriteStartObject();
        json.WriteString("ref", from);
        json.WriteStartArray("dependsOn");
        foreach (var reference in to.Order(StringComparer.Ordinal)) json.WriteStringValue(reference);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
