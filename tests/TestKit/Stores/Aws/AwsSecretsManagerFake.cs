using System.Text;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>AWS Secrets Manager: GetSecretValue by version and by stage, and the stages that a rotation moves.</summary>
internal sealed class AwsSecretsManagerFake : AwsStoreFake
{
    public const string Current = "AWSCURRENT";
    public const string Previous = "AWSPREVIOUS";
    public const string Pending = "AWSPENDING";

    private AwsSecretsManagerFake(AwsAccount? account, TimeProvider? time) : base(account, time, "secretsmanager", "secretsmanager.GetSecretValue")
    {
    }

    public override StoreFeatures Features => StoreFeatures.Versions;

    public override string EndpointVariable => "AWS_ENDPOINT_URL_SECRETS_MANAGER";

    public static async Task<AwsSecretsManagerFake> StartAsync(AwsAccount? account = null, TimeProvider? time = null)
    {
        var fake = new AwsSecretsManagerFake(account, time);
        await fake.ListenAsync();
        return fake;
    }

    /// <param name="version">A stage: the contract's references name stages, not versions.</param>
    public override string Reference(string name, string? version = null, string? field = null) =>
        $"aws-secrets-manager:{name}" + (version is null ? "" : "?stage=" + version) + (field is null ? "" : "#" + field);

    public static string ArnOf(string name) => $"arn:aws:secretsmanager:{AwsAccount.Region}:{AwsAccount.Number}:secret:{name}-a1B2c3";

    /// <summary>Makes a version that is not current yet, as the first step of a rotation does.</summary>
    public string PutPending(string name, string value) =>
        Add(name, id => new StoredVersion(id, Time.GetUtcNow()) { Value = Encoding.UTF8.GetBytes(value), Labels = { Pending } }, value);

    /// <summary>Gives a stage to a version and takes it from every other; what was current becomes the previous one.</summary>
    public void MoveStage(string name, string stage, string version) => Locked(() =>
    {
        var secret = Find(name)!;
        var to = secret.Find(version)!;
        if (stage == Current && Staged(secret, Current) is { } before && before != to) Move(secret, Previous, before);
        Move(secret, stage, to);
    });

    protected override string NextVersion(StoredSecret secret) => Guid.NewGuid().ToString();

    /// <summary>A version that was put without a stage is current at once.</summary>
    protected override void Added(StoredSecret secret)
    {
        if (secret.Latest!.Labels.Count > 0) return;
        if (Staged(secret, Current) is { } before) Move(secret, Previous, before);
        Move(secret, Current, secret.Latest);
    }

    protected override FakeAnswer ServerError() => Error("InternalServiceError", "An error occurred on the server side.", 500);

    protected override FakeAnswer Get(FakeRequest request)
    {
        if (request.JsonText("SecretId") is not { Length: > 0 } id) return Error("ValidationException", "SecretId must not be empty");
        var name = NameOf(id);
        if (IsDenied(name)) return Denied(request, ArnOf(name));
        if (Find(name) is not { } secret) return Error("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
        if (secret.Deleted) return Error("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.");
        return Version(secret, request.JsonText("VersionId"), request.JsonText("VersionStage"));
    }

    private static FakeAnswer Version(StoredSecret secret, string? id, string? stage)
    {
        var version = id is not null ? secret.Find(id) : Staged(secret, stage ?? Current);
        if (version is null)
            return Error("ResourceNotFoundException", $"Secrets Manager can't find the specified secret value for {(id is null ? "staging label: " + (stage ?? Current) : "VersionId: " + id)}");
        if (stage is not null && !version.Labels.Contains(stage)) return Error("InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId.");
        var answer = new JsonObject
        {
            ["ARN"] = ArnOf(secret.Name),
            ["CreatedDate"] = Seconds(version.Created),
            ["Name"] = secret.Name,
            ["VersionId"] = version.Id,
            ["VersionStages"] = new JsonArray([.. version.Labels.Select(label => JsonValue.Create(label))]),
        };
        if (version.IsBinary) answer["SecretBinary"] = Convert.ToBase64String(version.Value);
        else answer["SecretString"] = Encoding.UTF8.GetString(version.Value);
        return Reply(200, answer);
    }

    private static StoredVersion? Staged(StoredSecret secret, string stage) => secret.Versions.Find(version => version.Labels.Contains(stage));

    private static void Move(StoredSecret secret, string stage, StoredVersion to)
    {
        foreach (var version in secret.Versions) version.Labels.Remove(stage);
        to.Labels.Add(stage);
    }

    /// <summary>A secret goes by its name, by its whole ARN, and by an ARN without the six characters at its end.</summary>
    private static string NameOf(string id)
    {
        if (!id.StartsWith("arn:", StringComparison.Ordinal)) return id;
        var name = id[(id.LastIndexOf(':') + 1)..];
        return name.EndsWith("-a1B2c3", StringComparison.Ordinal) ? name[..^7] : name;
    }
}
