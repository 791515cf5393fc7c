using System.Globalization;
using System.Security;

namespace Fabraix.TestKit.Stores;

/// <summary>AWS STS as far as a pod of EKS needs it (IRSA): a role's keys for the pod's token. Its protocol is a form in, XML out.</summary>
internal sealed class AwsStsFake : FakeServer
{
    private AwsStsFake(AwsAccount account) : base(account.Time)
    {
        Account = account;
        PodToken = new ProjectedToken("sts.amazonaws.com", account.Time);
    }

    public AwsAccount Account { get; }

    public ProjectedToken PodToken { get; }

    public string RoleArn { get; } = $"arn:aws:iam::{AwsAccount.Number}:role/{Made.Name("fabraix")}";

    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(1);

    public string Endpoint => Address.GetLeftPart(UriPartial.Authority);

    /// <summary>What the webhook of EKS gives to a pod, and where this STS is.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AWS_ROLE_ARN"] = RoleArn,
        ["AWS_WEB_IDENTITY_TOKEN_FILE"] = PodToken.File,
        ["AWS_REGION"] = AwsAccount.Region,
        ["AWS_STS_REGIONAL_ENDPOINTS"] = "regional",
        ["AWS_ENDPOINT_URL_STS"] = Endpoint,
    };

    public static async Task<AwsStsFake> StartAsync(AwsAccount account)
    {
        var fake = new AwsStsFake(account);
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
        if (!IsRead(request)) return null;
        if (request.Form("RoleArn") != RoleArn) return Refuse(request, 403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
        if (PodToken.Judge(request.Form("WebIdentityToken")) is { } wrong)
            return Refuse(request, 400, wrong == "expired" ? "ExpiredTokenException" : "InvalidIdentityToken", "The web identity token could not be taken: " + wrong);
        request.Identity = $"assumed-role/{RoleArn[(RoleArn.LastIndexOf('/') + 1)..]}/{request.Form("RoleSessionName")}";
        return null;
    }

    protected override bool IsRead(FakeRequest request) => request.Method == "POST" && request.Form("Action") == "AssumeRoleWithWebIdentity";

    protected override FakeAnswer Answer(FakeRequest request)
    {
        if (!IsRead(request)) return Error(400, "InvalidAction", "Only AssumeRoleWithWebIdentity is known here");
        var key = Account.MakeSession(request.Identity!, SessionLifetime);
        return FakeAnswer.Text(
            200,
            $"""
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleWithWebIdentityResult>
                <SubjectFromWebIdentityToken>{ProjectedToken.Subject}</SubjectFromWebIdentityToken>
                <Audience>sts.amazonaws.com</Audience>
                <AssumedRoleUser><Arn>arn:aws:sts::{AwsAccount.Number}:{request.Identity}</Arn><AssumedRoleId>AROA:session</AssumedRoleId></AssumedRoleUser>
                <Credentials>
                  <AccessKeyId>{key.Id}</AccessKeyId>
                  <SecretAccessKey>{key.Secret}</SecretAccessKey>
                  <SessionToken>{key.SessionToken}</SessionToken>
                  <Expiration>{key.Expires!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}</Expiration>
                </Credentials>
                <Provider>{ProjectedToken.Issuer}</Provider>
              </AssumeRoleWithWebIdentityResult>
              <ResponseMetadata><RequestId>{Guid.NewGuid()}</RequestId></ResponseMetadata>
            </AssumeRoleWithWebIdentityResponse>
            """,
            "text/xml");
    }

    protected override FakeAnswer Throttled(int retryAfterSeconds) => Error(400, "Throttling", "Rate exceeded");

    protected override FakeAnswer ServerError() => Error(500, "InternalFailure", "An error occurred on the server side.");

    private static FakeAnswer Refuse(FakeRequest request, int status, string code, string message)
    {
        request.Refusal = code;
        return Error(status, code, message);
    }

    private static FakeAnswer Error(int status, string code, string message) => FakeAnswer.Text(
        status,
        $"""
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <Error><Type>{(status < 500 ? "Sender" : "Receiver")}</Type><Code>{code}</Code><Message>{SecurityElement.Escape(message)}</Message></Error>
          <RequestId>{Guid.NewGuid()}</RequestId>
        </ErrorResponse>
        """,
        "text/xml");
}
