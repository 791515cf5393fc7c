using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>The metadata server of a Google machine or pod. It demands its header, so that no page can make a browser ask it.</summary>
internal sealed class GoogleMetadataFake : FakeServer
{
    private const string Flavor = "Metadata-Flavor";
    private const string Account = "/computeMetadata/v1/instance/service-accounts/default/";
    private readonly GoogleProject project;

    private GoogleMetadataFake(GoogleProject project) : base(project.Time) => this.project = project;

    /// <summary>For GCE_METADATA_HOST: host and port, no scheme.</summary>
    public string Host => Address.Authority;

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["GCE_METADATA_HOST"] = Host };

    public static async Task<GoogleMetadataFake> StartAsync(GoogleProject project)
    {
        var fake = new GoogleMetadataFake(project);
        await fake.ListenAsync();
        return fake;
    }

    protected override FakeAnswer? Recognise(FakeRequest request)
    {
        if (request.Header(Flavor) == "Google" && request.Header("X-Forwarded-For") is null)
        {
            request.Identity = "this machine";
            return null;
        }
        request.Refusal = "no Metadata-Flavor";
        return FakeAnswer.Text(403, "<!DOCTYPE html><title>Error 403 (Forbidden)!!1</title>", "text/html");
    }

    protected override bool IsRead(FakeRequest request) => request.Method == "GET" && request.RawPath == Account + "token";

    protected override FakeAnswer Answer(FakeRequest request) => request.RawPath switch
    {
        Account + "token" => Flavored(FakeAnswer.Json(200, new JsonObject
        {
            ["access_token"] = project.Issue(project.ServiceAccount),
            ["expires_in"] = (long)project.TokenLifetime.TotalSeconds - 1,
            ["token_type"] = "Bearer",
        })),
        Account + "email" => Flavored(FakeAnswer.Text(200, project.ServiceAccount)),
        "/computeMetadata/v1/project/project-id" => Flavored(FakeAnswer.Text(200, project.Id)),
        "/computeMetadata/v1/project/numeric-project-id" => Flavored(FakeAnswer.Text(200, project.Number)),
        "/computeMetadata/v1/universe/universe-domain" => Flavored(FakeAnswer.Text(200, "googleapis.com")),
        "/computeMetadata/v1/instance" or "/computeMetadata/v1/instance/" => Flavored(FakeAnswer.Text(200, "id\nservice-accounts/\n")),
        _ => Flavored(FakeAnswer.Text(404, "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", "text/html")),
    };

    protected override FakeAnswer Throttled(int retryAfterSeconds) => Flavored(FakeAnswer.Text(429, "Too many requests"));

    protected override FakeAnswer ServerError() => Flavored(FakeAnswer.Text(500, "Internal error"));

    private static FakeAnswer Flavored(FakeAnswer answer) => answer with { Headers = [.. answer.Headers, (Flavor, "Google")] };
}
