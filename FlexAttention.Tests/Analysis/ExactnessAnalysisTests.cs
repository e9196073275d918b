using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;
using FlexAttention.Tests.Transforms;

namespace FlexAttention.Tests.Analysis;

/// <summary>Which values are computed to the bit.</summary>
public sealed class ExactnessAnalysisTests
{
    [TestCase(nameof(IrOp.Sqrt), true)]
    [TestCase(nameof(IrOp.Log), true)]
    [TestCase(nameof(IrOp.Tanh), false)]
    public void DifferenceOfProducts_IsExactWhereItsSignMatters(string op, bool expected) =>
        Assert.That(IsExact(SquaredDistance, Enum.Parse<IrOp>(op)), Is.EqualTo(expected));

    [Test]
    public void Product_MayBeFused() => Assert.That(IsExact(builder => Square(builder, IrIndex.Key), IrOp.Sqrt), Is.False);

    private static int SquaredDistance(IrBuilder builder) =>
        builder.Operation(IrOp.Subtract, Square(builder, IrIndex.Key), Square(builder, IrIndex.Query));

    private static int Square(IrBuilder builder, IrIndex index)
    {
        int scaled = builder.Operation(IrOp.Multiply, builder.Convert(IrType.Float32, builder.Index(index)), builder.Scalar(IrType.Float32, 0));
        return builder.Operation(IrOp.Multiply, scaled, scaled);
    }

    /// <summary>Whether the operand of a function must be exact.</summary>
    private static bool IsExact(Func<IrBuilder, int> operand, IrOp op)
    {
        KernelGraph graph = Graphs.Score(builder => builder.Operation(IrOp.Add, builder.Score(), builder.Operation(op, operand(builder))));
        int function = Enumerable.Range(0, graph.Nodes.Count).Single(i => graph.Nodes[i] is OperationNode operation && operation.Op == op);
        return ExactnessAnalysis.Run(graph)[((OperationNode)graph.Nodes[function]).Arguments[0]];
    }
}
