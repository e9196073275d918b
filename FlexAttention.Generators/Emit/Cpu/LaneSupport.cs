using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>Whether a function can be written in vector lanes, which have float and 32-bit integers alone.</summary>
internal static class LaneSupport
{
    public static bool CanUseLanes(IrFunction function) => Fits(function.Nodes, Variation.Of(function.Nodes));

    /// <summary>Whether a score and its derivatives can be written in them.</summary>
    public static bool CanUseLanes(ScoreGradient gradient)
    {
        bool[] varies = Variation.Of(gradient.Nodes);
        return Fits(gradient.Nodes, varies) && gradient.ByLoop.All(item => FoldFits(item.Loop, varies));
    }

    private static bool Fits(EquatableArray<IrNode> nodes, bool[] varies) =>
        Enumerable.Range(0, nodes.Count).Where(i => varies[i]).All(i => Fits(nodes, i, varies));

    private static bool Fits(EquatableArray<IrNode> nodes, int i, bool[] varies) =>
        IsLaneType(nodes[i].Type)
        && nodes[i].ValueOperands().All(operand => IsLaneType(nodes[operand].Type))
        && (nodes[i] is not FoldNode fold || FoldFits(fold, varies));

    /// <summary>All lanes make the same iterations.</summary>
    private static bool FoldFits(FoldNode fold, bool[] varies) =>
        !varies[fold.Arguments[0]]
        && !varies[fold.Arguments[1]]
        && Fits(fold.Body.Nodes, Variation.OfBody(fold, varies, foldVaries: true));

    private static bool IsLaneType(IrType type) => type is IrType.Bool or IrType.Int32 or IrType.Float32;
}
