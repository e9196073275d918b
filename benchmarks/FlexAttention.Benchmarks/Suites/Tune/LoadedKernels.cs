namespace FlexAttention.Benchmarks.Suites.Tune;

/// <summary>Finds out which kernel a call runs: the one that its first call has loaded.</summary>
internal sealed class LoadedKernels
{
    private readonly Dictionary<(string Variant, int HeadDim, TileOverride? Tile), LoadedKernelInfo> _known = [];

    /// <summary>Makes a call, and says which kernel it runs; null where none has been loaded for it.</summary>
    public LoadedKernelInfo? During(string variant, int headDim, TileOverride? tile, Action call)
    {
        IReadOnlyList<LoadedKernelInfo> before = KernelCache.ForwardKernels;
        call();
        if (KernelCache.ForwardKernels.Except(before).FirstOrDefault() is { } loaded)
            _known[(variant, headDim, tile)] = loaded;
        return _known.GetValueOrDefault((variant, headDim, tile));
    }
}
