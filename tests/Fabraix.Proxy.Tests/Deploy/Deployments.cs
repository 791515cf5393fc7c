using System.Collections.Concurrent;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>What <c>deploy/kubernetes</c> can be put together to.</summary>
internal static class Deployments
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Rendered = new(StringComparer.Ordinal);

    public static IReadOnlyList<string> Overlays { get; } = FoldersIn("overlays");

    public static IReadOnlyList<string> Components { get; } = FoldersIn("components");

    /// <summary>Each overlay alone and with all components, each component alone, and what a user copies.</summary>
    public static IEnumerable<string> All =>
    [
        .. Overlays.Select(overlay => $"overlays/{overlay}"),
        .. Components.Select(component => $"overlays/secret {component}"),
        .. Overlays.Select(overlay => $"overlays/{overlay} {string.Join(' ', Components)}"),
        "example",
    ];

    /// <param name="deployment">A folder, and components after it.</param>
    public static async Task<Manifests> LoadAsync(string deployment) => Manifests.Parse(await TextAsync(deployment));

    public static Task<string> TextAsync(string deployment) => Rendered.GetOrAdd(deployment, static name => new Lazy<Task<string>>(() => RenderAsync(name))).Value;

    private static async Task<string> RenderAsync(string deployment)
    {
        var (root, parts) = (Repository.File("deploy", "kubernetes"), deployment.Split(' '));
        if (parts.Length == 1)
            return await Kubectl.KustomizeAsync(Path.Combine(root, deployment));

        // Kustomize takes no absolute path.
        using var folder = new TemporaryFolder();
        string From(string path) => Path.GetRelativePath(folder.Path, Path.Combine(root, path));
        folder.Write("kustomization.yaml", $"resources: [{From(parts[0])}]\ncomponents: [{string.Join(", ", parts[1..].Select(component => From($"components/{component}")))}]\n");
        return await Kubectl.KustomizeAsync(folder.Path);
    }

    public static string[] FoldersIn(string folder) =>
        [.. Directory.GetDirectories(Repository.File("deploy", "kubernetes", folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
