namespace FlexAttention.Benchmarks.Peers;

/// <summary>The last line of what a process writes, where Python says what went wrong.</summary>
internal sealed class OutputTail
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _last = "without a word";

    /// <summary>The last line that is not empty.</summary>
    public string Last => _last;

    /// <summary>Takes the next line; null at the end of all.</summary>
    public void Add(string? line)
    {
        if (line is null)
            _ended.TrySetResult();
        if (!string.IsNullOrWhiteSpace(line))
            _last = line.Trim();
    }

    /// <summary>Waits for the end: lines of a process may come after the news that it has ended. A child of it may keep them open.</summary>
    public void WaitForEnd(TimeSpan timeout) => _ended.Task.Wait(timeout);
}
