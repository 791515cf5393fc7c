namespace Fabraix.Proxy.Secrets.GoogleSecretManager;

/// <summary>Where tokens may be sent: to https, and for emulators to http on this machine.</summary>
internal static class GoogleAddress
{
    public static Uri? Parse(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)) ? uri : null;
}
