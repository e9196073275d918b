using FlexAttention.Descriptors;
using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Tests.Analysis;

public sealed class DependenceAnalysisTests
{
    [Test]
    public void Bits_AreThoseOfTheRuntime()
    {
        foreach (Dependence value in Enum.GetValues<Dependence>())
            Assert.That(((IndexDependence)value).ToString(), Is.EqualTo(value.ToString()));
    }

    [Test]
    public void Operation_DependsOnItsArguments()
    {
        Dependence result = Run(
            new IndexNode(IrIndex.Head),
            new IndexNode(IrIndex.Query),
            Operation(IrType.Int32, IrOp.Add, 0, 1));

        Assert.That(result, Is.EqualTo(Dependence.Head | Dependence.Query));
    }

    [Test]
    public void Load_DependsOnItsIndicesButNotItsGuard()
    {
        Dependence result = Run(
            new IndexNode(IrIndex.Batch),
            new IndexNode(IrIndex.Key),
            Operation(IrType.Bool, IrOp.Less, 0, 1),
            new LoadNode(IrType.Float32, 0, Of(0), Guard: 2));

        Assert.That(result, Is.EqualTo(Dependence.Batch));
    }

    [Test]
    public void Scale_IsTheSameForAllPairs() => Assert.That(Run(new ScaleNode()), Is.EqualTo(Dependence.None));

    [Test]
    public void FoldResult_DependsOnTheNumberOfIterations()
    {
        IrRegion body = new(
            new([Parameter(0), Parameter(1), Operation(IrType.Int32, IrOp.Add, 0, 1)]), Of(2));
        Dependence result = Run(
            new ConstantNode(IrType.Int32, 0),
            new IndexNode(IrIndex.Key),
            new FoldNode(1, 1, Of(0, 1, 0), body),
            new FoldResultNode(IrType.Int32, 2, 0));

        Assert.That(result, Is.EqualTo(Dependence.Key));
    }

    [Test]
    public void FoldResult_DependsOnWhatOtherCarriedValuesBringIn()
    {
        // x = y; y = z; z = captured q: after three iterations x is q.
        IrRegion body = new(new([Parameter(2), Parameter(3), Parameter(4)]), Of(0, 1, 2));
        Dependence result = Run(
            new ConstantNode(IrType.Int32, 0),
            new ConstantNode(IrType.Int32, 3),
            new IndexNode(IrIndex.Query),
            new FoldNode(1, 3, Of(0, 1, 0, 0, 0, 2), body),
            new FoldResultNode(IrType.Int32, 3, 0));

        Assert.That(result, Is.EqualTo(Dependence.Query));
    }

    private static Dependence Run(params IrNode[] nodes) =>
        DependenceAnalysis.OfResult(new IrFunction(new(nodes), nodes.Length - 1));

    private static EquatableArray<int> Of(params int[] nodes) => new(nodes);

    private static RegionParameterNode Parameter(int parameter) => new(IrType.Int32, parameter);

    private static OperationNode Operation(IrType type, IrOp op, params int[] arguments) => new(type, op, Of(arguments));
}
