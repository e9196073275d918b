using System.Runtime.CompilerServices;
using FlexAttention.Cpu.Lanes;

namespace FlexAttention.Cpu.Forward;

/// <summary>Loops over runs of numbers in whole vectors: the last one may reach past the end of the run.</summary>
internal static unsafe class LaneLoops<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    /// <summary>Multiplies every number by a factor.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Scale(TScalar* items, int count, TScalar factor)
    {
        TFloat factors = TLanes.BroadcastScalar(factor);
        for (int i = 0; i < count; i += TLanes.Count)
            TLanes.Store(TLanes.Multiply(TLanes.Load(in items[i]), factors), ref items[i]);
    }
}
