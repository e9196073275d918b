using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Subtracts positions as floats where the difference is used as one: <c>(float)(kv - q)</c> becomes
/// <c>(float)kv - (float)q</c>, whose conversions are done once for a row and a column. Positions below 2^24 convert
/// exactly, so the difference is the same; larger ones round as the conversion of the difference would.
/// </summary>
internal sealed class IndexDistance(KernelGraph source) : GraphPass(source)
{
    private readonly bool[] _exact = ExactnessAnalysis.Run(source);

    protected override int Rewrite(int original, IrNode node) =>
        node is OperationNode { Op: IrOp.Convert, Type: IrType.Float32 } conversion && !_exact[original]
            ? ToFloat(conversion.Arguments[0]) ?? Builder.Add(node)
            : Builder.Add(node);

    private int? ToFloat(int value) => Builder[value] switch
    {
        OperationNode { Op: IrOp.Subtract } difference when IsIndex(difference.Arguments[0]) && IsIndex(difference.Arguments[1]) =>
            Builder.Add(IrType.Float32, IrOp.Subtract, Convert(difference.Arguments[0]), Convert(difference.Arguments[1])),
        OperationNode { Op: IrOp.Abs or IrOp.Negate } operation when ToFloat(operation.Arguments[0]) is { } inner =>
            Builder.Add(IrType.Float32, operation.Op, inner),
        _ => null,
    };

    private bool IsIndex(int node) => Builder[node] is IndexNode;

    private int Convert(int index) => Builder.Add(IrType.Float32, IrOp.Convert, index);
}
