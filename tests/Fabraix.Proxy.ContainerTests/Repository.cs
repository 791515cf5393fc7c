namespace Fabraix.Proxy.ContainerTests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Fabraix.Proxy.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run from within the repository.");
        return folder.FullName;
    }
}
