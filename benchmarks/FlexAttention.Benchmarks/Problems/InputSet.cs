namespace FlexAttention.Benchmarks.Problems;

/// <summary>The tensors of one call.</summary>
/// <param name="Q">[B, Hq, Lq, D].</param>
/// <param name="K">[B, Hkv, Lkv, D].</param>
/// <param name="V">[B, Hkv, Lkv, D].</param>
/// <param name="Output">Where the result goes.</param>
internal sealed record InputSet<T>(
    DeviceTensor<T> Q, DeviceTensor<T> K, DeviceTensor<T> V, AttentionOutput<T> Output) : IDisposable
    where T : unmanaged
{
    /// <summary>The gradient of the output, [B, Hq, Lq, D], for backward calls.</summary>
    public DeviceTensor<T>? DOutput { get; init; }

    public void Dispose()
    {
        Q.Dispose();
        K.Dispose();
        V.Dispose();
        Output.Dispose();
        DOutput?.Dispose();
    }
}
