namespace FlexAttention.Benchmarks.Suites.Tune;

/// <summary>Finds out which kernel a call runs: the one that its first call has loaded.</summary>
internal sealed class LoadedKernels
{
    private readonly Dictionary<(string Variant, int HeadDim, TileOverride? Tile), ForwardKernelInfo> _known = [];

    /// <summary>Makes a call, and says which kernel it runs; null where none has been loaded for it.</summary>
    public ForwardKernelInfo? During(string variant, int headDim, TileOverride? tile, Action call)
    {
        IReadOnlyList<ForwardKernelInfo> before = KernelCache.ForwardKernels;
        call();
        if (KernelCache.ForwardKernels.Except(before).FirstOrDefault() is { } loaded)
            _known[(variant, headDim, tile)] = loaded;
        return _known.GetValueOrDefault((variant, headDim, tile));
    }
}
