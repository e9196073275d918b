using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// Finds by which positions the elements that pairs read of a capture are told apart: those that are themselves an index of
/// every access, always in the same dimension. Pairs that differ in one of them add to different elements of its gradient.
/// </summary>
internal static class GradientIndexing
{
    private static readonly (IrIndex Index, Dependence Dependence)[] Positions =
    [
        (IrIndex.Batch, Dependence.Batch),
        (IrIndex.Head, Dependence.Head),
        (IrIndex.Query, Dependence.Query),
        (IrIndex.Key, Dependence.Key),
    ];

    /// <summary>The positions of one capture.</summary>
    public static Dependence Of(ScoreGradient gradient, int capture)
    {
        EquatableArray<int>[] accesses = [.. gradient.ByCapture.Where(item => item.Capture == capture).Select(static item => item.Indices)];
        var found = Dependence.None;
        if (gradient.ByLoop.Any(item => item.Capture == capture))
            return found;
        foreach ((IrIndex index, Dependence dependence) in Positions)
        {
            if (accesses.Length > 0 && Enumerable.Range(0, accesses[0].Count).Any(d => Array.TrueForAll(accesses, IsIndex(index, d))))
                found |= dependence;
        }

        return found;

        Predicate<EquatableArray<int>> IsIndex(IrIndex index, int dimension) =>
            indices => gradient.Nodes[indices[dimension]] is IndexNode node && node.Index == index;
    }
}
