using System.Globalization;

namespace Fabraix.Proxy.Edge;

/// <summary>
/// How many connections may be open at once: no more than the process has files and memory for. Past either the runtime does not
/// refuse a connection but dies. A request in flight holds a second file, to the upstream; a connection with half a request head
/// holds some 52 KiB.
/// </summary>
internal static class ConnectionCap
{
    public const int Most = 10_000;

    private const int FilesForTheRest = 512;
    private const int BytesEach = 64 * 1024;

    public static int ForThisMachine() => Of(MostFiles(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <param name="files">Files that the process may open, or null where there is no telling.</param>
    /// <param name="memory">Bytes that it may use; connections get a quarter.</param>
    internal static int Of(long? files, long memory)
    {
        var byFiles = files is { } most ? (most - FilesForTheRest) / 2 : Most;
        return (int)Math.Clamp(Math.Min(byFiles, memory / 4 / BytesEach), 16, Most);
    }

    private static long? MostFiles()
    {
        const string Limits = "/proc/self/limits";
        if (!File.Exists(Limits))
            return null;
        return Read(File.ReadLines(Limits));
    }

    /// <summary>
    /// The soft limit of proc_pid_limits(5), which is the one that holds. A runtime that raises it to the hard one has done so before
    /// this; a native program and one on Alpine do not raise it (dotnet/runtime#82719).
    /// </summary>
    internal static long? Read(IEnumerable<string> limits)
    {
        var line = limits.FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..] && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? files : null;
    }
}
