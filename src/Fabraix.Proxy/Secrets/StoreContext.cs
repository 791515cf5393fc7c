using Fabraix.Proxy.Secrets.Environment;

namespace Fabraix.Proxy.Secrets;

/// <summary>What stores take from the process and its machine, so that a test can put others in their place.</summary>
internal sealed record StoreContext
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reads an environment variable: stores are addressed and identified by their own well-known ones.</summary>
    public Func<string, string?> Variable { get; init; } = ProcessEnvironment.Variable;

    /// <summary>Changes how connections to stores are made, such as where a name leads to.</summary>
    public Action<SocketsHttpHandler>? Connections { get; init; }

    /// <summary>Where Kubernetes mounts the pod's identity.</summary>
    public string ServiceAccountFolder { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";
}
