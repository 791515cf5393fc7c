namespace Fabraix.Proxy.Configuration;

/// <summary>Says in a person's words why a file could not be read.</summary>
internal static class FileFailure
{
    /// <summary>Such as "does not exist", to follow the file's name.</summary>
    public static string Of(Exception e, string file) => e switch
    {
        // Opening a folder looks like a lack of permission.
        _ when Directory.Exists(file) => "is a directory",
        FileNotFoundException or DirectoryNotFoundException => "does not exist",
        UnauthorizedAccessException => "could not be read (permission denied)",
        _ => $"could not be read ({e.GetType().Name})",
    };
}
