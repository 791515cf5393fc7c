namespace Fabraix.Proxy.Secrets.Vault;

/// <summary>How the proxy shows Vault who it is, chosen by which variables are set: a token, or a login with something else.</summary>
/// <param name="Token">Reads the token that the operator gave; null where there is a login.</param>
/// <param name="LoginPath">Where to log in; null where a token is given.</param>
/// <param name="Login">Reads what a login sends, as names and values.</param>
internal sealed record VaultIdentity(
    Func<CancellationToken, Task<string>>? Token, string? LoginPath, Func<CancellationToken, Task<IReadOnlyList<(string Name, string Value)>>>? Login)
{
    private const string TokenVariable = "VAULT_TOKEN";
    private const string TokenFile = "VAULT_TOKEN_FILE";
    private const string RoleId = "VAULT_ROLE_ID";
    private const string SecretId = "VAULT_SECRET_ID";
    private const string SecretIdFile = "VAULT_SECRET_ID_FILE";
    private const string KubernetesRole = "VAULT_K8S_ROLE";
    private const string Role = "VAULT_ROLE";

    /// <exception cref="NoIdentityException">There is no way, or more than one.</exception>
    public static VaultIdentity Of(StoreContext context)
    {
        string[] set = [.. new[] { TokenVariable, TokenFile, RoleId, KubernetesRole, Role }.Where(name => context.Variable(name) is not null)];
        if (set.Length > 1)
            throw NoIdentityException.Because($"{string.Join(" and ", set)} are set, and each is a way to sign in of its own: set one of them");
        return set.FirstOrDefault() switch
        {
            TokenVariable => Given(_ => Task.FromResult(IdentityFile.Token(context.Variable(TokenVariable)!, TokenVariable))),
            TokenFile => Given(end => IdentityFile.ReadTokenAsync(context.Variable(TokenFile)!, $"the file of {TokenFile}", end)),
            RoleId => AppRole(context),
            { } role => Kubernetes(context, context.Variable(role)!),
            null => OfTheCommandLine(context),
        };
    }

    private static VaultIdentity Given(Func<CancellationToken, Task<string>> token) => new(token, LoginPath: null, Login: null);

    private static VaultIdentity AppRole(StoreContext context)
    {
        var (value, file) = (context.Variable(SecretId), context.Variable(SecretIdFile));
        if ((value is null) == (file is null))
            throw NoIdentityException.Because($"{RoleId} is set, so set exactly one of {SecretId} and {SecretIdFile} as well");
        return new(Token: null, LoginPathOf(context, "approle"), async end =>
        [
            ("role_id", context.Variable(RoleId)!),
            ("secret_id", value ?? await IdentityFile.ReadTokenAsync(file!, $"the file of {SecretIdFile}", end)),
        ]);
    }

    private static VaultIdentity Kubernetes(StoreContext context, string role) => new(Token: null, LoginPathOf(context, "kubernetes"), async end =>
    [
        ("role", role),
        ("jwt", await IdentityFile.ReadTokenAsync(Path.Combine(context.ServiceAccountFolder, "token"), "the pod's service account token", end)),
    ]);

    // What "vault login" leaves behind.
    private static VaultIdentity OfTheCommandLine(StoreContext context) =>
        context.Variable("HOME") is { } home && Path.Combine(home, ".vault-token") is var file && System.IO.File.Exists(file)
            ? Given(end => IdentityFile.ReadTokenAsync(file, "the file ~/.vault-token", end))
            : throw NoIdentityException.Because($"no way to sign in to Vault is set: set {TokenFile}, {TokenVariable}, {RoleId}, or {KubernetesRole} in a pod");

    private static string LoginPathOf(StoreContext context, string usual) =>
        $"auth/{string.Join('/', (context.Variable("VAULT_AUTH_MOUNT") ?? usual).Trim('/').Split('/').Select(Uri.EscapeDataString))}/login";
}
