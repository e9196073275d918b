using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Subtracts positions as floats where the difference is used as one: <c>(float)(kv - q)</c> becomes
/// <c>(float)kv - (float)q</c>, whose conversions are done once for a row and a column. Positions below 2^24 convert
/// exactly, so the difference is the same; larger ones round before the subtraction instead of after it.
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
        OperationNode { Op: IrOp.Subtract, Arguments: var operands } when IsDistance(value) => Distance(operands[0], operands[1]),
        OperationNode { Op: IrOp.Abs } operation when IsDistance(operation.Arguments[0]) =>
            Builder.Add(IrType.Float32, IrOp.Abs, ToFloat(operation.Arguments[0])!.Value),
        // The other way round, rather than negated: an integer has no negative zero.
        OperationNode { Op: IrOp.Negate } operation
            when IsDistance(operation.Arguments[0]) && Builder[operation.Arguments[0]] is OperationNode { Arguments: var operands } =>
            Distance(operands[1], operands[0]),
        _ => null,
    };

    private bool IsDistance(int value) =>
        Builder[value] is OperationNode { Op: IrOp.Subtract } difference
            && IsIndex(difference.Arguments[0])
            && IsIndex(difference.Arguments[1]);

    private int Distance(int left, int right) => Builder.Add(IrType.Float32, IrOp.Subtract, Convert(left), Convert(right));

    private bool IsIndex(int node) => Builder[node] is IndexNode;

    private int Convert(int index) => Builder.Add(IrType.Float32, IrOp.Convert, index);
}
