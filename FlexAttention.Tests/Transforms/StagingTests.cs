using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;
using FlexAttention.Tests.Emit;

namespace FlexAttention.Tests.Transforms;

/// <summary>What is kept for a tile, a row and a column, and what is computed again.</summary>
public sealed class StagingTests
{
    [Test]
    public void Loads_AreKeptWhereTheirIndexIsKnown()
    {
        StagedGraph staged = KernelPasses.Run(KernelGraph.Of(SampleModels.Document));

        Assert.That(staged.Head, Is.Empty);
        Assert.That(staged.Graph.Nodes[staged.Row.Single()], Is.InstanceOf<LoadNode>());
        Assert.That(staged.Graph.Nodes[staged.Column.Single()], Is.InstanceOf<LoadNode>());
    }

    [Test]
    public void SlopeOverTheScale_IsKeptForTheTile()
    {
        StagedGraph staged = KernelPasses.Run(KernelGraph.Of(SampleModels.Alibi));

        Assert.That(staged.Head, Has.Count.EqualTo(1));
        Assert.That(staged.Row, Is.Empty);
        Assert.That(staged.Column, Is.Empty);
    }

    [Test]
    public void CheapValues_AreComputedAgain()
    {
        StagedGraph staged = Staging.Run(Graphs.Mask(builder => builder.Operation(
            IrOp.Less,
            builder.Operation(IrOp.Add, builder.Index(IrIndex.Query), builder.Scalar(IrType.Int32, 1)),
            builder.Index(IrIndex.Key))));

        Assert.That(staged.Row, Is.Empty);
        Assert.That(staged.Head, Is.Empty);
    }

    [Test]
    public void Divisions_AreKept()
    {
        StagedGraph staged = Staging.Run(Graphs.Mask(builder => builder.Operation(
            IrOp.Equal, Divided(builder, IrIndex.Query), Divided(builder, IrIndex.Key))));

        Assert.That(staged.Row, Has.Count.EqualTo(1));
        Assert.That(staged.Column, Has.Count.EqualTo(1));
    }

    [Test]
    public void BoolsOfOneValue_KeepTheValue()
    {
        StagedGraph staged = Staging.Run(Graphs.Mask(builder =>
        {
            int load = builder.Load(IrType.Float32, 0, [builder.Index(IrIndex.Query)]);
            int isPositive = builder.Operation(IrOp.Greater, load, builder.Float32(0));
            int isOne = builder.Operation(IrOp.Equal, load, builder.Float32(1));
            int first = builder.Operation(IrOp.Equal, builder.Index(IrIndex.Key), builder.Int32(0));
            return builder.And(builder.Or(first, isPositive), builder.Not(builder.And(isOne, first)));
        }));

        Assert.That(staged.Graph.Nodes[staged.Row.Single()], Is.InstanceOf<LoadNode>());
    }

    [Test]
    public void ComparisonWithAKeptValue_IsComputedAgain()
    {
        StagedGraph staged = Staging.Run(Graphs.Mask(builder => builder.Or(
            builder.Operation(IrOp.Less, builder.Index(IrIndex.Key), builder.Load(IrType.Int32, 0, [builder.Index(IrIndex.Batch)])),
            builder.Operation(IrOp.LessOrEqual, builder.Index(IrIndex.Key), builder.Index(IrIndex.Query)))));

        Assert.That(staged.Head, Has.Count.EqualTo(1));
        Assert.That(staged.Column, Is.Empty);
    }

    [Test]
    public void ScoreThatIsLeftAlone_IsNone() =>
        Assert.That(KernelPasses.Run(Graphs.Score(builder => builder.Score())).Graph.Score, Is.EqualTo(KernelGraph.None));

    [Test]
    public void Fold_HasTheStageOfAllItsArguments()
    {
        KernelGraph graph = KernelGraph.Of(SampleModels.Loop);
        Stage[] stages = StageAnalysis.Run(graph);

        for (int i = 0; i < stages.Length; i++)
        {
            if (graph.Nodes[i] is FoldResultNode result)
                Assert.That(stages[i], Is.EqualTo(stages[result.Fold]));
        }
    }

    [Test]
    public void ValuesThatDecide_AreExact()
    {
        StagedGraph staged = Staging.Run(Graphs.Score(builder =>
        {
            int exponential = builder.Operation(IrOp.Exp, builder.Score());
            int isLarge = builder.Operation(IrOp.Greater, exponential, builder.Float32(2));
            int root = builder.Operation(IrOp.Sqrt, builder.Score());
            return builder.Select(isLarge, root, builder.Float32(0));
        }));

        Assert.That(PrecisionOf(IrOp.Exp), Is.EqualTo(Precision.Exact));
        Assert.That(PrecisionOf(IrOp.Sqrt), Is.EqualTo(Precision.Fast));

        Precision PrecisionOf(IrOp op) =>
            staged.Precision[staged.Graph.Nodes.ToList().FindIndex(node => node is OperationNode operation && operation.Op == op)];
    }

    private static int Divided(IrBuilder builder, IrIndex index) =>
        builder.Operation(IrOp.Divide, builder.Index(index), builder.Int32(64));
}
