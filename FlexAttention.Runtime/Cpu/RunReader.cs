using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FlexAttention.Cpu.Forward;
using FlexAttention.Descriptors;

namespace FlexAttention.Cpu;

/// <summary>
/// Reads captured buffers where neighbouring lanes read neighbouring elements, as those of <c>ids[kv]</c> do: the last
/// index counts up from lane to lane and the others are the same. Indices are those of the first lane; where one is out of
/// range, zero is read. Called by generated code.
/// </summary>
public static unsafe class RunReader<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, ILanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    /// <summary>Bools and halves are widened this many at a time.</summary>
    private const int WidestRun = 16;

    /// <summary>Reads a float buffer.</summary>
    /// <param name="view">The buffer.</param>
    /// <param name="rank">The number of its dimensions, and of the indices that count.</param>
    /// <param name="i0">The first index.</param>
    /// <param name="i1">The second.</param>
    /// <param name="i2">The third.</param>
    /// <param name="i3">The fourth.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Float(in CaptureView view, int rank, int i0, int i1 = 0, int i2 = 0, int i3 = 0) =>
        TryRun(in view, TLanes.Count, rank, i0, i1, i2, i3, out nint offset)
            ? TLanes.LoadFloats(ref Unsafe.AsRef<float>((float*)view.Data + offset))
            : GatherFloat(in view, rank, i0, i1, i2, i3);

    /// <summary>Reads an int buffer.</summary>
    /// <inheritdoc cref="Float"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TInt Int(in CaptureView view, int rank, int i0, int i1 = 0, int i2 = 0, int i3 = 0) =>
        TryRun(in view, TLanes.Count, rank, i0, i1, i2, i3, out nint offset)
            ? TLanes.LoadInts(ref Unsafe.AsRef<int>((int*)view.Data + offset))
            : GatherInt(in view, rank, i0, i1, i2, i3);

    /// <summary>Reads a <see cref="System.Half"/> buffer.</summary>
    /// <inheritdoc cref="Float"/>
    public static TFloat Half(in CaptureView view, int rank, int i0, int i1 = 0, int i2 = 0, int i3 = 0)
    {
        if (!TryRun(in view, WidestRun, rank, i0, i1, i2, i3, out nint offset))
            return GatherHalf(in view, rank, i0, i1, i2, i3);
        Vector512<float> values = default;
        Widening.FromHalf((ushort*)view.Data + offset, WidestRun, (float*)&values);
        return TLanes.LoadFloats(ref Unsafe.As<Vector512<float>, float>(ref values));
    }

    /// <summary>Reads a bool buffer as a mask.</summary>
    /// <inheritdoc cref="Float"/>
    public static TInt Bool(in CaptureView view, int rank, int i0, int i1 = 0, int i2 = 0, int i3 = 0)
    {
        if (!TryRun(in view, WidestRun, rank, i0, i1, i2, i3, out nint offset))
            return GatherBool(in view, rank, i0, i1, i2, i3);
        (Vector256<ushort> items, _) = Vector256.Widen(Vector128.Load((byte*)view.Data + offset).ToVector256());
        (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(items);
        Vector512<int> values = Vector512.Create(lower, upper).AsInt32();
        return TLanes.NotEqual(TLanes.LoadInts(ref Unsafe.As<Vector512<int>, int>(ref values)), TLanes.Broadcast(0));
    }

    /// <summary>Whether <paramref name="count"/> elements from the given one lie side by side in the buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryRun(in CaptureView view, int count, int rank, int i0, int i1, int i2, int i3, out nint offset)
    {
        int last = Last(rank, i0, i1, i2, i3);
        offset = last;
        bool isInside = last >= 0 && last <= view.Extent[rank - 1] - count && view.Stride[rank - 1] == 1;
        if (rank > 1)
            isInside &= TryAdd(in view, 0, i0, ref offset);
        if (rank > 2)
            isInside &= TryAdd(in view, 1, i1, ref offset);
        if (rank > 3)
            isInside &= TryAdd(in view, 2, i2, ref offset);
        return isInside;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryAdd(in CaptureView view, int dimension, int index, ref nint offset)
    {
        offset += (nint)index * view.Stride[dimension];
        return (uint)index < (uint)view.Extent[dimension];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Last(int rank, int i0, int i1, int i2, int i3) => rank switch { 1 => i0, 2 => i1, 3 => i2, _ => i3 };

    // Indices beyond the rank are zero, and the extent there is 1.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TFloat GatherFloat(in CaptureView view, int rank, int i0, int i1, int i2, int i3) =>
        TLanes.GatherFloat(in view, Lanes(rank, 1, i0), Lanes(rank, 2, i1), Lanes(rank, 3, i2), Lanes(rank, 4, i3));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TInt GatherInt(in CaptureView view, int rank, int i0, int i1, int i2, int i3) =>
        TLanes.GatherInt(in view, Lanes(rank, 1, i0), Lanes(rank, 2, i1), Lanes(rank, 3, i2), Lanes(rank, 4, i3));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TFloat GatherHalf(in CaptureView view, int rank, int i0, int i1, int i2, int i3) =>
        TLanes.GatherHalf(in view, Lanes(rank, 1, i0), Lanes(rank, 2, i1), Lanes(rank, 3, i2), Lanes(rank, 4, i3));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TInt GatherBool(in CaptureView view, int rank, int i0, int i1, int i2, int i3) =>
        TLanes.GatherBool(in view, Lanes(rank, 1, i0), Lanes(rank, 2, i1), Lanes(rank, 3, i2), Lanes(rank, 4, i3));

    /// <summary>An index in all lanes: it counts up if it is the last.</summary>
    private static TInt Lanes(int rank, int position, int index) =>
        position == rank ? TLanes.Sequence(index) : TLanes.Broadcast(index);
}
