namespace FlexAttention.Cpu.Lanes;

/// <summary>What this library's own kernels need of lanes beyond what variants are written in.</summary>
internal interface IKernelLanes<TScalar, TFloat, TInt> : ILanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    /// <summary>Reads one number into every lane.</summary>
    static abstract TFloat BroadcastScalar(TScalar value);

    /// <summary>x * y + z, fused where that is one instruction.</summary>
    static abstract TFloat MultiplyAdd(TFloat x, TFloat y, TFloat z);

    /// <summary>The larger in one instruction, which may lose a NaN in <paramref name="x"/> but keeps one in <paramref name="y"/>.</summary>
    static abstract TFloat MaximumNative(TFloat x, TFloat y);

    /// <summary>x * 2^n for integral n of at least -1000; flushes to zero below the normal numbers or a little further.</summary>
    static abstract TFloat ScaleByPowerOfTwo(TFloat x, TFloat n);

    /// <summary>e^x for x of at most 0 within 2 units in the last place; a result below the normal numbers may be 0.</summary>
    static abstract TFloat SoftmaxExp(TFloat x);

    /// <summary>The largest lane, ignoring NaN or not.</summary>
    static abstract TScalar ReduceMaximum(TFloat x);

    /// <summary>The sum of the lanes.</summary>
    static abstract TScalar ReduceSum(TFloat x);
}
