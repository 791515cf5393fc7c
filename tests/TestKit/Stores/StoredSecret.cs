namespace Fabraix.TestKit.Stores;

/// <summary>A secret and all its versions, oldest first.</summary>
internal sealed class StoredSecret(string name)
{
    public string Name { get; } = name;

    public List<StoredVersion> Versions { get; } = [];

    /// <summary>Deleted as a whole; whether it can still be seen to have been there is the store's matter.</summary>
    public bool Deleted { get; set; }

    public StoredVersion? Latest => Versions.Count == 0 ? null : Versions[^1];

    public StoredVersion? Find(string id) => Versions.Find(version => version.Id == id);
}

/// <summary>One version. Which of these states a store knows differs.</summary>
internal sealed class StoredVersion(string id, DateTimeOffset created)
{
    public string Id { get; } = id;

    public DateTimeOffset Created { get; } = created;

    /// <summary>The value of a store that keeps one; a JSON object where it was put as fields.</summary>
    public byte[] Value { get; init; } = [];

    /// <summary>The values of a store that keeps fields.</summary>
    public IReadOnlyDictionary<string, byte[]> Fields { get; init; } = new Dictionary<string, byte[]>();

    public bool IsBinary { get; init; }

    /// <summary>Labels that a store moves from version to version.</summary>
    public List<string> Labels { get; } = [];

    public bool Enabled { get; set; } = true;

    public DateTimeOffset? NotBefore { get; set; }

    public DateTimeOffset? Expires { get; set; }

    /// <summary>When this version was deleted, where a store tells.</summary>
    public DateTimeOffset? Deleted { get; set; }

    public bool Destroyed { get; set; }
}
