using Docker.DotNet.Models;

namespace Fabraix.Proxy.ContainerTests;

/// <summary>What Kubernetes' profile "restricted" demands, and a root filesystem that nobody can write to.</summary>
internal static class Hardening
{
    public const long Memory = 128 * 1024 * 1024;

    public static void Apply(CreateContainerParameters container)
    {
        container.HostConfig ??= new HostConfig();
        container.HostConfig.ReadonlyRootfs = true;
        container.HostConfig.CapDrop = ["ALL"];
        container.HostConfig.SecurityOpt = ["no-new-privileges"];
        container.HostConfig.Memory = Memory;
    }
}
