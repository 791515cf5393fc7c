namespace Fabraix.Proxy.Configuration;

/// <summary>Tells when a file has changed, in every way in which files are changed.</summary>
internal static class FileWatch
{
    public static async Task WatchAsync(string file, Action changed, CancellationToken cancellation)
    {
        // The folder, not the file: Kubernetes never writes the file, it renames "..data_tmp" to "..data", through which the file's
        // link leads; editors and other tools put a new file in the old one's place.
        var path = Path.GetFullPath(file);
        var name = Path.GetFileName(path);
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!);
        var broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Created += OnEvent;
        watcher.Changed += OnEvent;
        watcher.Renamed += OnEvent;
        watcher.Error += (_, _) => broken.TrySetResult();
        watcher.EnableRaisingEvents = true;
        changed();
        await broken.Task.WaitAsync(cancellation);

        void OnEvent(object sender, FileSystemEventArgs change)
        {
            if (change.Name == name || change.Name == "..data")
                changed();
        }
    }
}
