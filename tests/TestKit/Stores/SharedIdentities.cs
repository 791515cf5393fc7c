namespace Fabraix.TestKit.Stores;

/// <summary>
/// Who this process is to AWS and to Azure. Their SDKs read it from the environment, of which a process has one; so it is set once, and
/// every fake of a test gets an account or an identity provider of its own that knows it.
/// </summary>
internal static class SharedIdentities
{
    private static readonly Lazy<AwsKey> Aws = new(() =>
    {
        var key = new AwsAccount().MakeKey();
        Set(key.Environment);
        Set(new Dictionary<string, string> { ["AWS_EC2_METADATA_DISABLED"] = "true" });
        Unset("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL");
        return key;
    });

    private static readonly Lazy<AzureWorkload> Azure = new(() =>
    {
        var workload = AzureWorkload.Make();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => workload.Assertion.Dispose();
        Set(new Dictionary<string, string>
        {
            ["AZURE_TENANT_ID"] = workload.Tenant,
            ["AZURE_CLIENT_ID"] = workload.ClientId,
            ["AZURE_FEDERATED_TOKEN_FILE"] = workload.Assertion.File,
            ["AZURE_AUTHORITY_HOST"] = $"https://{EntraFake.PublicHost}/",
        });
        Unset("AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_TOKEN_CREDENTIALS");
        return workload;
    });

    public static AzureWorkload AzureWorkload => Azure.Value;

    /// <summary>A new account that takes this process's key.</summary>
    public static AwsAccount NewAwsAccount(TimeProvider? time = null)
    {
        var account = new AwsAccount(time);
        Readopt(account);
        return account;
    }

    /// <summary>Makes this process's key good again in an account that has revoked it.</summary>
    public static void Readopt(AwsAccount account) => account.Adopt(Aws.Value);

    private static void Set(IReadOnlyDictionary<string, string> variables)
    {
        foreach (var (name, value) in variables) Environment.SetEnvironmentVariable(name, value);
    }

    private static void Unset(params string[] names)
    {
        foreach (var name in names) Environment.SetEnvironmentVariable(name, null);
    }
}
