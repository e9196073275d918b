namespace FlexAttention.Execution;

/// <summary>What the Hopper backward kernel needs besides the problem. Nothing here allocates.</summary>
internal static unsafe class HopperBackward
{
    private const int ElementSize = 2;

    /// <summary>The rows of keys' and values' gradients that a warpgroup stores at once.</summary>
    private const int ResultBoxRows = TileConfig.WarpgroupRows;

    /// <summary>Into how many parts the sums of a tile of queries are divided: one for each consumer warpgroup.</summary>
    public static int Parts(in TileConfig tile) => tile.BlockN / TileConfig.WarpgroupRows;

    /// <summary>Encodes the tensor maps and divides the keys. The GPU's context must be current.</summary>
    /// <param name="arguments">What to write to; on a multiple of <see cref="TensorMap.Alignment"/> bytes.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="element">Float16 or BFloat16.</param>
    /// <param name="tile">The kernel's tile.</param>
    /// <param name="cacheBytes">The L2 cache of the GPU.</param>
    public static void Describe(
        BackwardSm90Arguments* arguments, in BackwardArguments problem, ElementType element, in TileConfig tile, int cacheBytes)
    {
        ref readonly ForwardArguments forward = ref problem.Forward;
        TensorMap.Encode(&arguments->Q, element, MappedTensor.Q(in forward), tile.BlockM);
        TensorMap.Encode(&arguments->K, element, MappedTensor.K(in forward), tile.BlockN);
        TensorMap.Encode(&arguments->V, element, MappedTensor.V(in forward), tile.BlockN);
        TensorMap.Encode(&arguments->DOutput, element, MappedTensor.DOutput(in problem), tile.BlockM);
        if (problem.DK is not null)
            TensorMap.Encode(&arguments->DK, element, MappedTensor.DenseKeys(in forward, problem.DK, forward.HeadDim), ResultBoxRows);
        if (problem.DV is not null)
            TensorMap.Encode(&arguments->DV, element, MappedTensor.DenseKeys(in forward, problem.DV, forward.ValueDim), ResultBoxRows);
        arguments->GroupHeads = BackwardGrid.GroupSize(in forward, ElementSize, cacheBytes);
        arguments->KvTiles = Rounding.CeilingDivide(forward.KvLength, tile.BlockN);
    }

    /// <summary>A block of threads for every tile of keys of every head.</summary>
    public static LaunchGrid Grid(in ForwardArguments problem, BackwardSm90Arguments* arguments) =>
        (long)arguments->KvTiles * problem.KvHeads * problem.Batch;
}
