using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FlexAttention.Descriptors;

namespace FlexAttention.Cpu.Lanes;

/// <summary>
/// Reads captured buffers at one index a lane: by the machine's gathers where it has them; else lanes that read neighbours
/// are loaded at once and others one by one. Indices beyond a view's rank are zero.
/// </summary>
internal static unsafe class LaneGather<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    /// <summary>Reads a float buffer.</summary>
    public static TFloat Float(in CaptureView view, int rank, TInt i0, TInt i1 = default, TInt i2 = default, TInt i3 = default)
    {
        Vector512<float> values = default;
        ref float first = ref Unsafe.As<Vector512<float>, float>(ref values);
        if (Avx2.IsSupported)
        {
            TInt offsets = Offsets(in view, rank, i0, i1, i2, i3, out TInt inRange);
            HardwareGather.Floats((float*)view.Data, ref At(ref offsets, 0), ref At(ref inRange, 0), TLanes.Count, ref first);
            return TLanes.LoadFloats(ref first);
        }

        if (TryRun(in view, rank, i0, i1, i2, i3, out nint offset))
            return TLanes.LoadFloats(ref Unsafe.AsRef<float>((float*)view.Data + offset));
        for (int lane = 0; lane < TLanes.Count; lane++)
            Unsafe.Add(ref first, lane) = CaptureReader.Float(in view, At(ref i0, lane), At(ref i1, lane), At(ref i2, lane), At(ref i3, lane));
        return TLanes.LoadFloats(ref first);
    }

    /// <summary>Reads a <see cref="System.Half"/> buffer.</summary>
    public static TFloat Half(in CaptureView view, TInt i0, TInt i1 = default, TInt i2 = default, TInt i3 = default)
    {
        Vector512<float> values = default;
        for (int lane = 0; lane < TLanes.Count; lane++)
            Lane<Vector512<float>, float>(ref values, lane) = CaptureReader.Half(in view, At(ref i0, lane), At(ref i1, lane), At(ref i2, lane), At(ref i3, lane));
        return TLanes.LoadFloats(ref Unsafe.As<Vector512<float>, float>(ref values));
    }

    /// <summary>Reads an int buffer.</summary>
    public static TInt Int(in CaptureView view, int rank, TInt i0, TInt i1 = default, TInt i2 = default, TInt i3 = default)
    {
        if (Avx2.IsSupported)
        {
            TInt offsets = Offsets(in view, rank, i0, i1, i2, i3, out TInt inRange);
            HardwareGather.Ints((int*)view.Data, ref At(ref offsets, 0), ref At(ref inRange, 0), TLanes.Count);
            return offsets;
        }

        if (TryRun(in view, rank, i0, i1, i2, i3, out nint offset))
            return TLanes.LoadInts(ref Unsafe.AsRef<int>((int*)view.Data + offset));
        for (int lane = 0; lane < TLanes.Count; lane++)
            At(ref i0, lane) = CaptureReader.Int(in view, At(ref i0, lane), At(ref i1, lane), At(ref i2, lane), At(ref i3, lane));
        return i0;
    }

    /// <summary>Reads a bool buffer as a mask.</summary>
    public static TInt Bool(in CaptureView view, TInt i0, TInt i1 = default, TInt i2 = default, TInt i3 = default)
    {
        for (int lane = 0; lane < TLanes.Count; lane++)
            At(ref i0, lane) = CaptureReader.Bool(in view, At(ref i0, lane), At(ref i1, lane), At(ref i2, lane), At(ref i3, lane)) ? -1 : 0;
        return i0;
    }

    /// <summary>The elements to read, and which lanes' indices are all in range. No buffer reaches past 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TInt Offsets(in CaptureView view, int rank, TInt i0, TInt i1, TInt i2, TInt i3, out TInt inRange)
    {
        inRange = IsInside(in view, 0, i0);
        TInt offsets = Offset(in view, 0, i0);
        if (rank > 1)
            (inRange, offsets) = (TLanes.And(inRange, IsInside(in view, 1, i1)), TLanes.Add(offsets, Offset(in view, 1, i1)));
        if (rank > 2)
            (inRange, offsets) = (TLanes.And(inRange, IsInside(in view, 2, i2)), TLanes.Add(offsets, Offset(in view, 2, i2)));
        if (rank > 3)
            (inRange, offsets) = (TLanes.And(inRange, IsInside(in view, 3, i3)), TLanes.Add(offsets, Offset(in view, 3, i3)));
        return offsets;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TInt Offset(in CaptureView view, int dimension, TInt index) =>
        TLanes.Multiply(index, TLanes.Broadcast(view.Stride[dimension]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TInt IsInside(in CaptureView view, int dimension, TInt index) =>
        TLanes.And(
            TLanes.GreaterOrEqual(index, TLanes.Broadcast(0)),
            TLanes.Less(index, TLanes.Broadcast(view.Extent[dimension])));

    /// <summary>
    /// Whether the lanes read consecutive elements, all in range: the last index counts up and the others are the same.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryRun(in CaptureView view, int rank, TInt i0, TInt i1, TInt i2, TInt i3, out nint offset)
    {
        TInt last = rank switch { 1 => i0, 2 => i1, 3 => i2, _ => i3 };
        int start = At(ref last, 0);
        bool inRange = CaptureReader.TryOffset(in view, At(ref i0, 0), At(ref i1, 0), At(ref i2, 0), At(ref i3, 0), out offset);
        return inRange && view.Stride[rank - 1] == 1 && start <= view.Extent[rank - 1] - TLanes.Count
            && All(TLanes.Equal(last, TLanes.Sequence(start)))
            && (rank < 2 || IsUniform(i0)) && (rank < 3 || IsUniform(i1)) && (rank < 4 || IsUniform(i2));
    }

    private static bool IsUniform(TInt x) => All(TLanes.Equal(x, TLanes.Broadcast(At(ref x, 0))));

    private static bool All(TInt mask) => TLanes.CountTrue(mask, TLanes.Count) == TLanes.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref int At(ref TInt x, int lane) => ref Lane<TInt, int>(ref x, lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref TElement Lane<TVector, TElement>(ref TVector x, int lane) =>
        ref Unsafe.Add(ref Unsafe.As<TVector, TElement>(ref x), lane);
}
