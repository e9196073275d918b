namespace FlexAttention.Execution;

/// <summary>
/// One validated backward problem. Pointers that are not needed are null; strides are in elements; results are dense.
/// </summary>
internal unsafe struct BackwardArguments
{
    /// <summary>The forward problem: its output and its lse are what is read here.</summary>
    public ForwardArguments Forward;

    /// <summary>The gradient of the output, [B, Hq, Lq, Dv].</summary>
    public void* DOutput;
    public RowStrides DOutputStrides;

    /// <summary>The gradient of the lse, [B, Hq, Lq], contiguous.</summary>
    public float* DLse;

    // [B, Hq, Lq, D], [B, Hkv, Lkv, D], [B, Hkv, Lkv, Dv] and [Hq].
    public void* DQ;
    public void* DK;
    public void* DV;
    public float* DSinks;
}
