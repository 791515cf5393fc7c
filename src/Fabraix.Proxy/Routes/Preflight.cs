namespace Fabraix.Proxy.Routes;

/// <summary>Tells a CORS preflight from any other OPTIONS (Fetch, "CORS-preflight request").</summary>
internal static class Preflight
{
    public static bool Is(HttpRequest request) =>
        string.Equals(request.Method, HttpMethods.Options, StringComparison.Ordinal) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;
}
