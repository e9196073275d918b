using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;
using FlexAttention.Tests.Transforms;

namespace FlexAttention.Tests.Analysis;

/// <summary>What a score asks of the special function unit for every pair.</summary>
public sealed class SpecialFunctionsTests
{
    [Test]
    public void FunctionsOfTheScore_Count() => Assert.That(
        Count(builder => builder.Operation(
            IrOp.Divide, builder.Operation(IrOp.Tanh, builder.Score()), builder.Operation(IrOp.Exp, builder.Score()))),
        Is.EqualTo(3));

    [Test]
    public void FunctionsOfARowOrColumn_DoNot() => Assert.That(
        Count(builder => builder.Operation(
            IrOp.Add,
            builder.Score(),
            builder.Operation(IrOp.Sin, builder.Convert(IrType.Float32, builder.Index(IrIndex.Query))))),
        Is.Zero);

    [Test]
    public void FunctionsOfTheMaskAlone_DoNot() =>
        Assert.That(Count(Graphs.Mask(builder => builder.Bool(true))), Is.Zero);

    [Test]
    public void FunctionsThatDecide_AreNotLeftToTheUnit() => Assert.That(
        Count(builder => builder.Select(
            builder.Operation(IrOp.Less, builder.Operation(IrOp.Log, builder.Score()), builder.Float32(1)),
            builder.Score(),
            builder.Float32(0))),
        Is.Zero);

    private static int Count(Func<IrBuilder, int> score) => Count(Graphs.Score(score));

    private static int Count(KernelGraph graph) => SpecialFunctions.Count(Staging.Run(graph));
}
