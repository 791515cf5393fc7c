using System.Text.Json;
using Fabraix.Proxy.Secrets.Aws;

namespace Fabraix.Proxy.Secrets.AwsSecretsManager;

/// <summary>
/// <c>aws-secrets-manager:ARN-or-NAME[?stage=S][#field]</c>: GetSecretValue, of the version that has the staging label. A rotation moves the
/// label, so that the next reading finds the new version. Its version is the store's VersionId.
/// </summary>
internal sealed class SecretsManagerStore(StoreContext context) : ISecretStore, IDisposable
{
    private readonly AwsOperation _operation = new(context, "secretsmanager", "secretsmanager.GetSecretValue", "AWS_ENDPOINT_URL_SECRETS_MANAGER");

    public static string? Judge(SecretReference secret) => SecretsManagerName.TryParse(secret.Identifier, out _)
        ? null
        : "does not name a secret of AWS Secrets Manager: its name or ARN, and perhaps ?stage= and a staging label.";

    public Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation) =>
        SecretsManagerName.TryParse(secret.Identifier, out var name)
            ? _operation.AskAsync(name.Region, Input(name), answer => Read(answer, secret.Field), cancellation)
            : Task.FromResult(SecretReading.Failed(SecretOutcome.Absent, "the reference names no secret of AWS Secrets Manager"));

    public void Dispose() => _operation.Dispose();

    private static byte[] Input(SecretsManagerName name) => AwsInput.Write(json =>
    {
        json.WriteString("SecretId", name.Secret);
        if (name.Stage is not null)
            json.WriteString("VersionStage", name.Stage);
    });

    private static SecretReading Read(JsonElement answer, string? field)
    {
        var version = answer.GetProperty("VersionId").GetString();
        return answer.TryGetProperty("SecretString", out var text)
            ? SecretText.Read(text.GetString() ?? "", field, version)
            : SecretText.Read(answer.GetProperty("SecretBinary").GetBytesFromBase64(), field, version);
    }
}
