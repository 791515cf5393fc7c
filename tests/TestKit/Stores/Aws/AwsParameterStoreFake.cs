using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>AWS Systems Manager Parameter Store: GetParameter of SecureStrings, a version chosen by <c>Name:version</c>.</summary>
internal sealed class AwsParameterStoreFake : AwsStoreFake
{
    private AwsParameterStoreFake(AwsAccount? account, TimeProvider? time) : base(account, time, "ssm", "AmazonSSM.GetParameter")
    {
    }

    public override StoreFeatures Features => StoreFeatures.Versions;

    public override string EndpointVariable => "AWS_ENDPOINT_URL_SSM";

    public static async Task<AwsParameterStoreFake> StartAsync(AwsAccount? account = null, TimeProvider? time = null)
    {
        var fake = new AwsParameterStoreFake(account, time);
        await fake.ListenAsync();
        return fake;
    }

    public override string NewName() => "/prod/" + base.NewName() + "/api-key";

    public override string Reference(string name, string? version = null, string? field = null) =>
        $"aws-parameter-store:{name}" + (version is null ? "" : ":" + version) + (field is null ? "" : "#" + field);

    public static string ArnOf(string name) => $"arn:aws:ssm:{AwsAccount.Region}:{AwsAccount.Number}:parameter/{name.TrimStart('/')}";

    protected override string NextVersion(StoredSecret secret) => (secret.Versions.Count + 1).ToString(CultureInfo.InvariantCulture);

    protected override FakeAnswer ServerError() => Error("InternalServerError", "An error occurred on the server side.", 500);

    protected override FakeAnswer Get(FakeRequest request)
    {
        if (request.JsonText("Name") is not { Length: > 0 } asked) return Error("ValidationException", "Name must not be empty");
        var colon = asked.IndexOf(':', StringComparison.Ordinal);
        var (name, selector) = colon < 0 ? (asked, "") : (asked[..colon], asked[(colon + 1)..]);
        if (IsDenied(name)) return Denied(request, ArnOf(name));
        if (Find(name) is not { Deleted: false } parameter) return Error("ParameterNotFound", "");
        var version = selector.Length == 0 ? parameter.Latest : parameter.Find(selector);
        if (version is null) return Error("ParameterVersionNotFound", $"Systems Manager could not find version {selector} of {name}. Verify the version and try again.");
        var decrypts = request.Json().TryGetProperty("WithDecryption", out var flag) && flag.ValueKind == JsonValueKind.True;
        var answer = new JsonObject
        {
            ["ARN"] = ArnOf(name),
            ["DataType"] = "text",
            ["LastModifiedDate"] = Seconds(version.Created),
            ["Name"] = name,
            ["Type"] = "SecureString",
            // Without WithDecryption the service hands out what its key service made of the value.
            ["Value"] = decrypts ? Encoding.UTF8.GetString(version.Value) : Convert.ToBase64String(RandomNumberGenerator.GetBytes(96)),
            ["Version"] = int.Parse(version.Id, CultureInfo.InvariantCulture),
        };
        if (selector.Length > 0) answer["Selector"] = ":" + selector;
        return Reply(200, new JsonObject { ["Parameter"] = answer });
    }
}
