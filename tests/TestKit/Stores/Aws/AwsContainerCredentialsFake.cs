using System.Globalization;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>The agent beside a pod (EKS pod identity): keys of a role for whoever shows the pod's token.</summary>
internal sealed class AwsContainerCredentialsFake : FakeServer
{
    private const string Path = "/v1/credentials";

    private AwsContainerCredentialsFake(AwsAccount account) : base(account.Time)
    {
        Account = account;
        PodToken = new ProjectedToken("pods.eks.amazonaws.com", account.Time);
    }

    public AwsAccount Account { get; }

    public ProjectedToken PodToken { get; }

    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(6);

    /// <summary>What the webhook of EKS gives to a pod.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = Address.GetLeftPart(UriPartial.Authority) + Path,
        ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = PodToken.File,
        ["AWS_REGION"] = AwsAccount.Region,
    };

    public static async Task<AwsContainerCredentialsFake> StartAsync(AwsAccount account)
    {
        var fake = new AwsContainerCredentialsFake(account);
        await fake.ListenAsync();
        return fake;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        PodToken.Dispose();
    }

    protected override FakeAnswer? Recognise(FakeRequest request)
    {
        request.Refusal = PodToken.Judge(request.Header("Authorization"));
        if (request.Refusal is not null) return Error(401, "AccessDeniedException", "The token could not be taken: " + request.Refusal);
        request.Identity = "assumed-role/fabraix/" + ProjectedToken.Subject[(ProjectedToken.Subject.LastIndexOf(':') + 1)..];
        return null;
    }

    protected override bool IsRead(FakeRequest request) => request.Method == "GET" && request.Target == Path;

    protected override FakeAnswer Answer(FakeRequest request)
    {
        if (!IsRead(request)) return FakeAnswer.Text(404, "404 page not found");
        var key = Account.MakeSession(request.Identity!, SessionLifetime);
        return FakeAnswer.Json(200, new JsonObject
        {
            ["AccessKeyId"] = key.Id,
            ["SecretAccessKey"] = key.Secret,
            ["Token"] = key.SessionToken,
            ["AccountId"] = AwsAccount.Number,
            ["Expiration"] = key.Expires!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        });
    }

    protected override FakeAnswer Throttled(int retryAfterSeconds) => Error(429, "ThrottlingException", "Rate exceeded");

    protected override FakeAnswer ServerError() => Error(500, "InternalServerException", "An error occurred on the server side.");

    private static FakeAnswer Error(int status, string code, string message) => FakeAnswer.Json(status, new JsonObject { ["code"] = code, ["message"] = message });
}
