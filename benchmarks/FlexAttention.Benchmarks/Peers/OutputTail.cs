namespace FlexAttention.Benchmarks.Peers;

/// <summary>The last line of what a process writes, where Python says what went wrong.</summary>
internal sealed class OutputTail
{
    private volatile string _last = "without a word";

    /// <summary>The last line that is not empty.</summary>
    public string Last => _last;

    public void Add(string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
            _last = line.Trim();
    }
}
