namespace FlexAttention.Benchmarks.Problems;

/// <summary>The tensors of one call.</summary>
/// <param name="Q">[B, Hq, Lq, D].</param>
/// <param name="K">[B, Hkv, Lkv, D].</param>
/// <param name="V">[B, Hkv, Lkv, D].</param>
/// <param name="Output">Where the result goes.</param>
internal sealed record InputSet(
    DeviceTensor<BFloat16> Q, DeviceTensor<BFloat16> K, DeviceTensor<BFloat16> V, AttentionOutput<BFloat16> Output) : IDisposable
{
    public void Dispose()
    {
        Q.Dispose();
        K.Dispose();
        V.Dispose();
        Output.Dispose();
    }
}
