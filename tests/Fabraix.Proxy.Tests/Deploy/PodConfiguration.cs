using System.Collections;
using System.Text;
using Fabraix.Proxy.Commands;
using Fabraix.Proxy.Configuration;
using Microsoft.Extensions.Configuration;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>What the program would read in the pod: the shipped file, the mounted one, the pod's variables.</summary>
internal static class PodConfiguration
{
    /// <summary>What the cluster adds to every container's environment.</summary>
    private static readonly string[] FromTheCluster = ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "KUBERNETES_PORT"];

    public static IConfigurationRoot Load(IReadOnlyDictionary<string, string> variables, string? mounted = null)
    {
        var builder = new ConfigurationBuilder();
        foreach (var json in new[] { File.ReadAllText(Repository.File("appsettings.json")), mounted }.OfType<string>())
            builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)));
        return builder.AddInMemoryCollection(ConfigurationSources.KnownVariables(new Hashtable(variables.ToDictionary()))).Build();
    }

    public static SettingsReading Read(Manifests manifests) => Read(manifests.Variables, MountedFile(manifests));

    public static SettingsReading Read(IReadOnlyDictionary<string, string> variables, string? mounted = null)
    {
        var configuration = Load(variables, mounted);
        return ProxySettings.Read(configuration, new Surroundings([.. variables.Keys, .. FromTheCluster], ServeCommand.ListenOn(urls: null, configuration), "ASPNETCORE_HTTP_PORTS"));
    }

    /// <summary>The file that --config names, out of the ConfigMap that is mounted where it lies; null where there is none.</summary>
    public static string? MountedFile(Manifests manifests)
    {
        var args = manifests.Container.Args;
        var at = args.IndexOf("--config");
        if (at < 0 || at + 1 == args.Count)
            return null;
        var mount = manifests.Container.VolumeMounts.SingleOrDefault(mount => mount.MountPath == Path.GetDirectoryName(args[at + 1]));
        var name = manifests.Pod.Spec.Volumes.SingleOrDefault(volume => volume.Name == mount?.Name)?.ConfigMap?.Name;
        return manifests.Of<k8s.Models.V1ConfigMap>().SingleOrDefault(map => map.Metadata.Name == name)?.Data.TryGetValue(Path.GetFileName(args[at + 1]), out var text) is true ? text : null;
    }
}
