using System.Numerics;
using System.Runtime.CompilerServices;
using FlexAttention.Cpu.Lanes;

namespace FlexAttention.Cpu.Forward;

/// <summary>The mask of a strip, [8, KeyTile]: zero where it keeps a pair, negative infinity where it rejects it.</summary>
internal static unsafe class StripMask<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged, IFloatingPointIeee754<TScalar>
    where TFloat : struct
    where TInt : struct
{
    private const int KeyTile = ForwardPlan.KeyTile;

    private static int PanelWidth => TileProduct<TLanes, TScalar, TFloat, TInt>.PanelWidth;

    /// <summary>Keeps all pairs of keys before <paramref name="count"/>.</summary>
    public static void Clear(TScalar* mask, int count, int padded)
    {
        for (int row = 0; row < TileProduct<TLanes, TScalar, TFloat, TInt>.StripRows; row++, mask += KeyTile)
        {
            new Span<TScalar>(mask, count).Clear();
            new Span<TScalar>(mask + count, padded - count).Fill(TScalar.NegativeInfinity);
        }
    }

    /// <summary>The keys of which some row keeps one, in whole panels.</summary>
    public static KeySpan Kept(TScalar* mask, int rows, int count)
    {
        int start = 0, end = count;
        while (start < end && !KeepsAny(mask + start, rows, end - start))
            start += PanelWidth;
        int last = start;
        for (int panel = start; panel < end; panel += PanelWidth)
        {
            if (KeepsAny(mask + panel, rows, end - panel))
                last = Math.Min(panel + PanelWidth, end);
        }

        return new KeySpan(start, last);
    }

    /// <summary>Sets the scores of rejected pairs of a row to negative infinity, whatever they are.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Apply(TScalar* mask, TScalar* scores, int count)
    {
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TFloat rejected = TLanes.Load(in mask[i]);
            TFloat score = TLanes.Load(in scores[i]);
            TInt isRejected = TLanes.Less(rejected, TLanes.Broadcast(0f));
            TLanes.Store(TLanes.Select(isRejected, rejected, score), ref scores[i]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool KeepsAny(TScalar* mask, int rows, int count)
    {
        TFloat highest = TLanes.Broadcast(float.NegativeInfinity);
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < Math.Min(count, PanelWidth); i += TLanes.Count)
                highest = TLanes.MaximumNative(highest, TLanes.Load(in mask[(row * KeyTile) + i]));
        }

        return TLanes.ReduceMaximum(highest) == TScalar.Zero;
    }
}
