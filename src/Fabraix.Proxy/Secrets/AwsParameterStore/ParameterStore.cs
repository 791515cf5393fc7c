using System.Globalization;
using System.Text.Json;
using Fabraix.Proxy.Secrets.Aws;

namespace Fabraix.Proxy.Secrets.AwsParameterStore;

/// <summary>
/// <c>aws-parameter-store:/path/name[:version][#field]</c>: GetParameter of Systems Manager, decrypted. Its version is the parameter's number.
/// </summary>
internal sealed class ParameterStore(StoreContext context) : ISecretStore, IDisposable
{
    private readonly AwsOperation _operation = new(context, "ssm", "AmazonSSM.GetParameter", "AWS_ENDPOINT_URL_SSM");

    public static string? Judge(SecretReference secret) => ParameterName.TryParse(secret.Identifier, out _)
        ? null
        : "does not name a parameter of AWS Parameter Store: its path, such as /prod/fabraix/api-key, and perhaps a colon and the version's number.";

    public Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation) =>
        ParameterName.TryParse(secret.Identifier, out var name)
            ? _operation.AskAsync(name.Region, Input(name), answer => Read(answer.GetProperty("Parameter"), secret.Field), cancellation)
            : Task.FromResult(SecretReading.Failed(SecretOutcome.Absent, "the reference names no parameter of AWS Parameter Store"));

    public void Dispose() => _operation.Dispose();

    private static byte[] Input(ParameterName name) => AwsInput.Write(json =>
    {
        json.WriteString("Name", name.Selected);
        json.WriteBoolean("WithDecryption", true);
    });

    private static SecretReading Read(JsonElement parameter, string? field) => SecretText.Read(
        parameter.GetProperty("Value").GetString() ?? "",
        field,
        parameter.GetProperty("Version").GetInt64().ToString(CultureInfo.InvariantCulture));
}
