using System.Runtime.CompilerServices;
using FlexAttention.Cpu.Lanes;

namespace FlexAttention.Cpu.Forward;

/// <summary>Two neighbouring vectors of one row of a product, held in registers.</summary>
internal unsafe struct RowBlock<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private TFloat _left;
    private TFloat _right;

    [MethodImpl(Inline)]
    public static RowBlock<TLanes, TScalar, TFloat, TInt> Zero() =>
        new() { _left = TLanes.Broadcast(0f), _right = TLanes.Broadcast(0f) };

    [MethodImpl(Inline)]
    public static RowBlock<TLanes, TScalar, TFloat, TInt> Load(TScalar* source) =>
        new() { _left = TLanes.Load(in *source), _right = TLanes.Load(in source[TLanes.Count]) };

    /// <summary>Adds the product of a number and two vectors.</summary>
    [MethodImpl(Inline)]
    public void MultiplyAdd(TScalar x, TFloat left, TFloat right)
    {
        TFloat factor = TLanes.BroadcastScalar(x);
        _left = TLanes.MultiplyAdd(factor, left, _left);
        _right = TLanes.MultiplyAdd(factor, right, _right);
    }

    [MethodImpl(Inline)]
    public readonly void Store(TScalar* target)
    {
        TLanes.Store(_left, ref *target);
        TLanes.Store(_right, ref target[TLanes.Count]);
    }
}
