namespace Fabraix.TestKit;

/// <summary>How long a test waits for something that should happen at once: long enough for a busy machine, short enough to fail.</summary>
internal static class Bounds
{
    public static TimeSpan Wait { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Waits until the condition holds; the test fails with <paramref name="what"/> when it never does.</summary>
    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? within = null) => UntilAsync(() => Task.FromResult(condition()), what, within);

    /// <param name="condition">What to wait for.</param>
    /// <param name="what">Its name.</param>
    /// <param name="within">The bound.</param>
    /// <param name="every">How often to look; longer where looking costs much.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null, TimeSpan? every = null)
    {
        using var bound = new CancellationTokenSource(within ?? Wait);
        while (!await condition())
        {
            if (bound.IsCancellationRequested) throw new TimeoutException($"Waited {(within ?? Wait).TotalSeconds:0} s in vain: {what}");
            await Task.Delay(every ?? TimeSpan.FromMilliseconds(2));
        }
    }

    public static async Task<T> InTimeAsync<T>(this Task<T> task, string what, TimeSpan? within = null)
    {
        var bound = within ?? Wait;
        try
        {
            return await task.WaitAsync(bound);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Waited {bound.TotalSeconds:0} s in vain: {what}");
        }
    }

    public static async Task InTimeAsync(this Task task, string what, TimeSpan? within = null)
    {
        var bound = within ?? Wait;
        try
        {
            await task.WaitAsync(bound);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Waited {bound.TotalSeconds:0} s in vain: {what}");
        }
    }
}
