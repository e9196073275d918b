using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FlexAttention.Descriptors;

namespace FlexAttention.Cpu;

/// <summary>Adds lanes to captures' gradients, in the order of the lanes. Called by generated code.</summary>
public static class GradientWriter<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, ILanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    /// <summary>The gradient of a score times its derivative. A pair of no weight adds nothing, even if that is no number.</summary>
    /// <param name="gradient">The gradient of the score.</param>
    /// <param name="derivative">The derivative of the score by what was read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Contribution(TFloat gradient, TFloat derivative) =>
        TLanes.Select(TLanes.Equal(gradient, TLanes.Broadcast(0f)), gradient, TLanes.Multiply(gradient, derivative));

    /// <summary>Adds the sum of the lanes to one element.</summary>
    /// <param name="view">The gradient.</param>
    /// <param name="values">What is added.</param>
    /// <param name="i0">The first index.</param>
    /// <param name="i1">The second.</param>
    /// <param name="i2">The third.</param>
    /// <param name="i3">The fourth.</param>
    public static void AddSum(in GradientView view, TFloat values, int i0 = 0, int i1 = 0, int i2 = 0, int i3 = 0)
    {
        double sum = 0;
        for (int lane = 0; lane < TLanes.Count; lane++)
            sum += Lane(ref values, lane);
        GradientWriter.Add(in view, sum, i0, i1, i2, i3);
    }

    /// <summary>Adds to neighbouring elements: the last index, which is that of the first lane, counts up from lane to lane.</summary>
    /// <param name="view">The gradient.</param>
    /// <param name="values">What is added.</param>
    /// <param name="rank">The number of its dimensions, and of the indices that count.</param>
    /// <param name="i0">The first index.</param>
    /// <param name="i1">The second.</param>
    /// <param name="i2">The third.</param>
    /// <param name="i3">The fourth.</param>
    public static void AddRun(in GradientView view, TFloat values, int rank, int i0, int i1 = 0, int i2 = 0, int i3 = 0)
    {
        int last = rank switch { 1 => i0, 2 => i1, 3 => i2, _ => i3 };
        (i0, i1, i2, i3) = rank switch { 1 => (0, 0, 0, 0), 2 => (i0, 0, 0, 0), 3 => (i0, i1, 0, 0), _ => (i0, i1, i2, 0) };
        if (!GradientWriter.TryOffset(in view, i0, i1, i2, i3, out long row))
            return;
        int first = Math.Max(0, -last);
        long end = Math.Min(TLanes.Count, (long)Extent(in view, rank - 1) - last);
        if (first > 0 || end < TLanes.Count || typeof(TScalar) == typeof(double))
            AddEach(in view, row + last, ref values, first, end);
        else if (view.IsWide)
            AddWidened(in view, row + last, ref values);
        else
            AddAll(in view, row + last, values);
    }

    private static void AddEach(in GradientView view, long position, ref TFloat values, int first, long end)
    {
        for (int lane = first; lane < end; lane++)
            GradientWriter.AddAt(in view, position + lane, Lane(ref values, lane));
    }

    /// <summary>Adds floats to floats.</summary>
    private static unsafe void AddAll(in GradientView view, long position, TFloat values)
    {
        ref float target = ref ((float*)view.Data)[position];
        TLanes.Store(TLanes.Add(TLanes.LoadFloats(ref target), values), ref Unsafe.As<float, TScalar>(ref target));
    }

    /// <summary>Adds floats to doubles, four at a time: all lanes there are divide by that.</summary>
    private static unsafe void AddWidened(in GradientView view, long position, ref TFloat values)
    {
        double* target = (double*)view.Data + position;
        ref float source = ref Unsafe.As<TFloat, float>(ref values);
        for (int lane = 0; lane < TLanes.Count; lane += Vector256<double>.Count, target += Vector256<double>.Count)
        {
            (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(Vector128.LoadUnsafe(ref source, (nuint)lane));
            (Vector256.Load(target) + Vector256.Create(lower, upper)).Store(target);
        }
    }

    /// <summary>Adds each lane to the element of its indices.</summary>
    public static void Scatter(in GradientView view, TFloat values, TInt i0) =>
        Scatter(in view, values, i0, TLanes.Broadcast(0));

    /// <inheritdoc cref="Scatter(in GradientView, TFloat, TInt)"/>
    public static void Scatter(in GradientView view, TFloat values, TInt i0, TInt i1) =>
        Scatter(in view, values, i0, i1, TLanes.Broadcast(0));

    /// <inheritdoc cref="Scatter(in GradientView, TFloat, TInt)"/>
    public static void Scatter(in GradientView view, TFloat values, TInt i0, TInt i1, TInt i2) =>
        Scatter(in view, values, i0, i1, i2, TLanes.Broadcast(0));

    /// <inheritdoc cref="Scatter(in GradientView, TFloat, TInt)"/>
    public static void Scatter(in GradientView view, TFloat values, TInt i0, TInt i1, TInt i2, TInt i3)
    {
        for (int lane = 0; lane < TLanes.Count; lane++)
        {
            double value = Lane(ref values, lane);
            if (value != 0)
                GradientWriter.Add(in view, value, Index(ref i0, lane), Index(ref i1, lane), Index(ref i2, lane), Index(ref i3, lane));
        }
    }

    private static unsafe int Extent(in GradientView view, int dimension) => view.Extent[dimension];

    private static int Index(ref TInt indices, int lane) => Unsafe.Add(ref Unsafe.As<TInt, int>(ref indices), lane);

    private static double Lane(ref TFloat values, int lane) =>
        typeof(TScalar) == typeof(double)
            ? Unsafe.Add(ref Unsafe.As<TFloat, double>(ref values), lane)
            : Unsafe.Add(ref Unsafe.As<TFloat, float>(ref values), lane);
}
