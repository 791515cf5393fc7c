using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fabraix.Proxy.Mint;
using Microsoft.IdentityModel.Tokens;

namespace Fabraix.Proxy.Commands;

/// <summary>A private signing key in a local file, PEM or JWK, with what the library that signs wants.</summary>
internal sealed class LocalKey : IDisposable
{
    private readonly PrivateKey _key;

    private LocalKey(PrivateKey key)
    {
        _key = key;
        SecurityKey material = key.Material is ECDsa ec ? new ECDsaSecurityKey(ec) : new RsaSecurityKey((RSA)key.Material);
        material.KeyId = key.KeyId;

        // The library's own cache would keep the key beyond its end.
        Credentials = new SigningCredentials(material, key.CurveAlgorithm ?? "RS256") { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
    }

    public SigningCredentials Credentials { get; }

    /// <exception cref="InvalidDataException">The file is there already, or cannot be written; the message names it.</exception>
    public static LocalKey Make(string file)
    {
        var key = PrivateKey.Make();
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var stream = new FileStream(file, options);
            stream.Write(Encoding.ASCII.GetBytes(key.Material.ExportPkcs8PrivateKeyPem() + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            key.Dispose();
            throw new InvalidDataException(File.Exists(file) ? $"--new-key: {file} exists; an existing key is never overwritten. Name another file, or delete that one and its JWKS." : $"--new-key: {file} could not be written.");
        }

        return new LocalKey(key);
    }

    /// <exception cref="InvalidDataException">The file holds no private key that the proxy would accept tokens of; the message says nothing of what it holds.</exception>
    public static LocalKey Read(string file)
    {
        try
        {
            if (PrivateKey.TryParse(File.ReadAllText(file), out var key))
                return new LocalKey(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Said below: no more than that it could not be read.
        }

        throw new InvalidDataException($"--key: {file} could not be read as a private key, PEM or JWK (EC P-256, P-384, P-521, or RSA of 2048 bits or more).");
    }

    /// <summary>The JWK Set (RFC 7517 section 5) with the public part alone.</summary>
    public string PublicJwks()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            json.WriteStartObject();
            _key.WritePublic(json, Credentials.Algorithm);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public void Dispose() => _key.Dispose();
}
