using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>What a store knows besides a present secret that may be denied or deleted. What it does not know throws.</summary>
[Flags]
internal enum StoreFeatures
{
    None = 0,

    /// <summary>A reference can name one version.</summary>
    Versions = 1,

    /// <summary>A version can be switched off.</summary>
    Disable = 2,

    /// <summary>A version can have an end.</summary>
    Expire = 4,

    /// <summary>A secret is a set of fields; one that is put as a plain value lies in <see cref="StoreFake.DefaultField"/>.</summary>
    FieldsOnly = 8,

    /// <summary>A throttled answer says when to come back.</summary>
    RetryAfter = 16,
}

/// <summary>A store of secrets and the controls that all of them have. Everything may be called while requests are under way.</summary>
internal abstract class StoreFake(TimeProvider? time, X509Certificate2? certificate = null, string host = "127.0.0.1") : FakeServer(time, certificate, host)
{
    /// <summary>Where a store of fields keeps what was put as a plain value.</summary>
    public const string DefaultField = "api_key";

    private readonly Lock gate = new();
    private readonly Dictionary<string, StoredSecret> secrets = [];
    private readonly HashSet<string> denied = [];

    public abstract StoreFeatures Features { get; }

    /// <summary>A name that the store would take and nothing else has.</summary>
    public virtual string NewName() => Made.Name("fabraix");

    /// <summary>How the proxy's configuration names the secret.</summary>
    public abstract string Reference(string name, string? version = null, string? field = null);

    /// <summary>Makes a value the current one, and the secret where there is none. Returns the version.</summary>
    public string Put(string name, string value) => Features.HasFlag(StoreFeatures.FieldsOnly)
        ? Put(name, new Dictionary<string, string> { [DefaultField] = value })
        : Add(name, id => new StoredVersion(id, Time.GetUtcNow()) { Value = Encoding.UTF8.GetBytes(value) }, value);

    /// <summary>Makes a set of fields the current value: a JSON object where the store keeps texts.</summary>
    public string Put(string name, IReadOnlyDictionary<string, string> fields)
    {
        var json = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Value)));
        return Add(
            name,
            id => new StoredVersion(id, Time.GetUtcNow())
            {
                Value = Encoding.UTF8.GetBytes(json.ToJsonString()),
                Fields = fields.ToDictionary(field => field.Key, field => Encoding.UTF8.GetBytes(field.Value)),
            },
            [.. fields.Values]);
    }

    /// <summary>Makes bytes the current value, as a store keeps them that tells them from text.</summary>
    public string PutBytes(string name, byte[] value) => Add(name, id => new StoredVersion(id, Time.GetUtcNow())
    {
        Value = value,
        Fields = new Dictionary<string, byte[]> { [DefaultField] = value },
        IsBinary = true,
    });

    /// <summary>Versions that were put, oldest first, whatever became of them.</summary>
    public IReadOnlyList<string> Versions(string name) => Locked(() => Existing(name).Versions.ConvertAll(version => version.Id));

    /// <param name="version">The latest where it is null.</param>
    public void Disable(string name, string? version = null) => Change(StoreFeatures.Disable, name, version, found => found.Enabled = false);

    public void Enable(string name, string? version = null) => Change(StoreFeatures.Disable, name, version, found => found.Enabled = true);

    /// <summary>Sets the version's end into the past.</summary>
    public void Expire(string name, string? version = null) => Change(StoreFeatures.Expire, name, version, found => found.Expires = Time.GetUtcNow().AddMinutes(-1));

    /// <summary>Deletes the secret, as an operator would by the store's own tool.</summary>
    public void Delete(string name) => Locked(() =>
    {
        var secret = Existing(name);
        secret.Deleted = true;
        Deleting(secret);
    });

    /// <summary>Takes away the permission to read a secret, whether it is there or not.</summary>
    public void Deny(string name) => Locked(() => { denied.Add(name); });

    public void Allow(string name) => Locked(() => { denied.Remove(name); });

    protected abstract string NextVersion(StoredSecret secret);

    /// <summary>Answers for one secret; no control acts meanwhile.</summary>
    protected abstract FakeAnswer AnswerLocked(FakeRequest request);

    protected sealed override FakeAnswer Answer(FakeRequest request) => Locked(() => AnswerLocked(request));

    /// <summary>Is told of a secret that has just been deleted; no request is answered meanwhile.</summary>
    protected virtual void Deleting(StoredSecret secret)
    {
    }

    /// <summary>Is told of a secret that has just got its latest version; no request is answered meanwhile.</summary>
    protected virtual void Added(StoredSecret secret)
    {
    }

    protected bool IsDenied(string name) => denied.Contains(name);

    /// <summary>Whatever was ever put under the name, deleted or not.</summary>
    protected StoredSecret? Find(string name) => secrets.GetValueOrDefault(name);

    protected T Locked<T>(Func<T> act)
    {
        lock (gate) return act();
    }

    protected void Locked(Action act)
    {
        lock (gate) act();
    }

    protected void Change(StoreFeatures feature, string name, string? version, Action<StoredVersion> change)
    {
        if (!Features.HasFlag(feature)) throw new NotSupportedException($"{GetType().Name} does not know {feature}");
        Locked(() =>
        {
            var secret = Existing(name);
            change(version is null ? secret.Latest! : secret.Find(version) ?? throw new ArgumentException("No such version", nameof(version)));
        });
    }

    protected string Add(string name, Func<string, StoredVersion> make, params string[] values)
    {
        foreach (var value in values.Where(value => value.Length > 0)) Capture.Process.AddSecret($"secret {name}", Encoding.UTF8.GetBytes(value));
        return Locked(() =>
        {
            // A secret that was deleted and is put again begins anew, as in all of these stores.
            if (!secrets.TryGetValue(name, out var secret) || secret.Deleted) secrets[name] = secret = new StoredSecret(name);
            var version = make(NextVersion(secret));
            secret.Versions.Add(version);
            Added(secret);
            return version.Id;
        });
    }

    private StoredSecret Existing(string name) => Find(name) ?? throw new ArgumentException("Nothing was put under that name", nameof(name));
}
