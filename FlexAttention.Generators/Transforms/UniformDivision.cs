using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Divides every pair's value by something that is the same for a whole row, column or tile through its reciprocal:
/// <c>x / y</c> becomes <c>x * (1 / y)</c>, of which only the product is left for every pair. It rounds twice where the
/// division rounds once, so values that decide something keep their division.
/// </summary>
internal sealed class UniformDivision(KernelGraph source) : GraphPass(source)
{
    private readonly Stage[] _stages = StageAnalysis.Run(source);
    private readonly bool[] _exact = ExactnessAnalysis.Run(source);

    protected override int Rewrite(int original, IrNode node) =>
        Source.Nodes[original] is OperationNode { Op: IrOp.Divide, Type: IrType.Float32 } division
            && !_exact[original]
            && _stages[division.Arguments[0]] == Stage.Element
            && _stages[division.Arguments[1]] != Stage.Element
            && Reciprocal(((OperationNode)node).Arguments[1]) is { } reciprocal
                ? Builder.Add(IrType.Float32, IrOp.Multiply, ((OperationNode)node).Arguments[0], reciprocal)
                : Builder.Add(node);

    /// <summary>One over a value, or null for a constant whose reciprocal a float cannot hold to full precision.</summary>
    private int? Reciprocal(int divisor)
    {
        const double LeastNormal = 1.17549435e-38;
        if (Builder[divisor] is ConstantNode constant && !(Math.Abs(1 / constant.ToDouble()) is >= LeastNormal and <= float.MaxValue))
            return null;
        int one = Builder.Add(IrConstants.Float(IrType.Float32, 1));
        return Builder.Add(IrType.Float32, IrOp.Divide, one, divisor);
    }
}
