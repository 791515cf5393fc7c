using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Routes;

namespace Fabraix.Proxy.Authorization;

/// <summary>
/// A request that the operator's configuration makes by itself, to ask the upstream what it thinks of a key. Nothing of a
/// client's is in it. Besides a <see cref="Grant"/> it is the only thing that a key's value opens for.
/// </summary>
internal sealed record OperatorRequest
{
    private OperatorRequest(string method, RoutePath path, string? body) => (Method, Path, Body) = (method, path, body);

    public string Method { get; }

    public RoutePath Path { get; }

    /// <summary>JSON, or null for none.</summary>
    public string? Body { get; }

    /// <summary>What the configuration says, or null after its mistakes were noted.</summary>
    public static OperatorRequest? Read(SectionReader section)
    {
        var method = section.Text("Method") ?? HttpMethods.Get;
        var text = section.RequiredText("Path", "Set the path of an operation that changes nothing, such as /v1/status.");
        var body = section.Text("Body");
        section.RefuseUnknownKeys();
        if (method is not ("GET" or "POST"))
            section.Mistake("Method", "is neither GET nor POST.", "Set one of them, in capitals.");
        else if (method == HttpMethods.Get && body is not null)
            section.Mistake("Body", "does not go with GET.", "Remove it, or set Method to POST.");
        else if (RoutePath.TryParse(text, out var path))
            return new OperatorRequest(method, path, body);
        else if (text.Length > 0)
            section.Mistake("Path", "is not a plain path.", "Set a path of unreserved characters such as /v1/status, without query.");
        return null;
    }

    /// <summary>An empty JSON object to a route, which must be one of GET or POST: where it wants fields, the upstream's answer depends on the key and nothing is executed.</summary>
    public static OperatorRequest Empty(RouteRule route) => new(route.Method, route.Path, HttpMethods.IsGet(route.Method) ? null : "{}");
}
