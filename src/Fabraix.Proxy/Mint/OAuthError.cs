namespace Fabraix.Proxy.Mint;

/// <summary>Every way that the mint says no (RFC 6749 section 5.2): the code, and words that say what to do. None repeats what a client sent.</summary>
internal sealed record OAuthError(int Status, string Code, string Description)
{
    /// <summary>Seconds after which the client may well ask again.</summary>
    public int? RetryAfter { get; init; }

    public static readonly OAuthError NoCredentials = Client("Send the client's name and secret by HTTP Basic, in one Authorization header.");
    public static readonly OAuthError WrongCredentials = Client("No such client, or another secret. Compare both with Fabraix:Mint:Clients.");
    public static readonly OAuthError SecretUnread = Unavailable("Not the right name and secret, as far as they could be read: a client's secret was never read yet. Try again; /healthz/ready says why.");
    public static readonly OAuthError NoSigningKey = Unavailable("There is no signing key yet. Try again; /healthz/ready says why.");
    public static readonly OAuthError IssuerUnread = Unavailable("The token's key is not among its issuer's, or those are not there yet, so that nobody knows whether it is one. Try again; /healthz/ready says why.");
    public static readonly OAuthError NoRoom = Unavailable("There is no room for another revocation. Revoke the subject, try again when older ones have ended, or take the signing key back.");
    public static readonly OAuthError NotTold = Unavailable("It is revoked at this replica, and the others could not be told: their Redis is away. Send it again; it does no harm.") with { RetryAfter = 5 };
    public static readonly OAuthError NotItsRight = new(StatusCodes.Status400BadRequest, "unauthorized_client", "The client has not the right. Add it to the client's Rights.");
    public static readonly OAuthError UnsupportedGrant = new(StatusCodes.Status400BadRequest, "unsupported_grant_type", "Set grant_type to client_credentials.");
    public static readonly OAuthError BeyondScope = new(StatusCodes.Status400BadRequest, "invalid_scope", "Ask for scopes of the client's own, separated by single spaces, or leave scope out for all of them.");

    public static OAuthError Request(string description, int status = StatusCodes.Status400BadRequest) => new(status, "invalid_request", description);

    public static OAuthError Unavailable(string description) => new(StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", description);

    private static OAuthError Client(string description) => new(StatusCodes.Status401Unauthorized, "invalid_client", description);
}
