namespace FlexAttention.Benchmarks.Suites.Tune;

/// <summary>One tile of one problem, and what came of it.</summary>
/// <param name="Tile">The tile; the runtime's choice when null.</param>
internal sealed record Candidate(TileOverride? Tile)
{
    public string Name => Tile is { } tile ? TileText.Format(tile) : Kernel is { } kernel ? $"chosen: {TileText.Format(kernel.Tile)}" : "chosen";

    /// <summary>The kernel that the tile led to.</summary>
    public LoadedKernelInfo? Kernel { get; set; }

    /// <summary>The largest absolute error.</summary>
    public double Error { get; set; }

    /// <summary>The median of a call.</summary>
    public double Milliseconds { get; set; }

    /// <summary>Why it was not timed.</summary>
    public string? Failure { get; set; }
}
