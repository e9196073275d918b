using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Transforms;

/// <summary>What each pass of the CUDA kernels turns a function into.</summary>
public sealed class PassTests
{
    [Test]
    public void LoadGuards_AreDroppedAndLoadsShared()
    {
        KernelGraph graph = Graphs.Score(builder =>
        {
            int condition = builder.Operation(IrOp.Less, builder.Index(IrIndex.Key), builder.Index(IrIndex.Query));
            int guarded = builder.Load(IrType.Float32, 0, [builder.Index(IrIndex.Key)], condition);
            int always = builder.Load(IrType.Float32, 0, [builder.Index(IrIndex.Key)]);
            return builder.Operation(IrOp.Add, guarded, always);
        });

        Assert.That(Graphs.Print(new LoadGuards(graph).Run()), Is.EqualTo(
            """
            v0:f32 = load capture0[kv]
            v1:f32 = add v0, v0
            return v1

            """));
    }

    [Test]
    public void DistanceUnderACausalMask_NeedsNoAbsoluteValue()
    {
        KernelGraph graph = WithDistance(IrOp.LessOrEqual, (builder, distance) => builder.Operation(IrOp.Abs, distance));

        Assert.That(Graphs.Print(new CausalDistances(graph).Run()), Is.EqualTo(
            """
            v0:i32 = sub q, kv
            v1:f32 = convert v0
            v2:f32 = add score, v1
            v3:bool = less_or_equal kv, q
            return v2

            """));
    }

    [Test]
    public void DistanceUnderACausalMask_NeedsNoBoundAtZero()
    {
        KernelGraph graph = WithDistance(
            IrOp.Less,
            (builder, _) =>
            {
                int distance = builder.Operation(IrOp.Subtract, builder.Index(IrIndex.Query), builder.Index(IrIndex.Key));
                return builder.Operation(IrOp.Maximum, distance, builder.Int32(0));
            });

        Assert.That(Graphs.Print(new CausalDistances(graph).Run()), Does.Not.Contain("max"));
    }

    [Test]
    public void DistanceUnderAnotherMask_KeepsItsAbsoluteValue()
    {
        KernelGraph graph = WithDistance(IrOp.GreaterOrEqual, (builder, distance) => builder.Operation(IrOp.Abs, distance));

        Assert.That(new CausalDistances(graph).Run(), Is.EqualTo(graph));
    }

    /// <summary>Adds something made of <c>kv - q</c> to the score, under a mask that compares the key with the query.</summary>
    private static KernelGraph WithDistance(IrOp relation, Func<IrBuilder, int, int> use) => KernelGraph.Of(ModelBuilder.Score(
        "Method",
        [],
        builder =>
        {
            int distance = builder.Operation(IrOp.Subtract, builder.Index(IrIndex.Key), builder.Index(IrIndex.Query));
            return builder.Operation(IrOp.Add, builder.Score(), builder.Convert(IrType.Float32, use(builder, distance)));
        },
        builder => builder.Operation(relation, builder.Index(IrIndex.Key), builder.Index(IrIndex.Query))));

    [Test]
    public void DivisionByWhatIsTheSameForAll_MultipliesByItsReciprocal()
    {
        KernelGraph graph = Graphs.Score(builder =>
            builder.Operation(IrOp.Divide, builder.Score(), builder.Scalar(IrType.Float32, 0)));

        Assert.That(Graphs.Print(new UniformDivision(graph).Run()), Is.EqualTo(
            """
            v0:f32 = div 1f, capture0
            v1:f32 = mul score, v0
            return v1

            """));
    }

    [Test]
    public void DivisionByATinyConstant_Stays()
    {
        KernelGraph graph = Graphs.Score(builder => builder.Operation(IrOp.Divide, builder.Score(), builder.Float32(1e-39f)));

        Assert.That(new UniformDivision(graph).Run(), Is.EqualTo(graph));
    }

    [Test]
    public void DivisionThatIsRounded_Stays()
    {
        KernelGraph graph = Graphs.Score(builder => builder.Operation(
            IrOp.Floor, builder.Operation(IrOp.Divide, builder.Score(), builder.Scalar(IrType.Float32, 0))));

        Assert.That(new UniformDivision(graph).Run(), Is.EqualTo(graph));
    }

    [Test]
    public void Factors_AreGatheredWhereTheyAreTheSameForAll()
    {
        KernelGraph graph = Graphs.Score(builder =>
        {
            int product = builder.Operation(IrOp.Multiply, builder.Score(), builder.Scalar(IrType.Float32, 0));
            return builder.Operation(IrOp.Multiply, builder.Scalar(IrType.Float32, 1), product);
        });

        Assert.That(Graphs.Print(new UniformFactors(graph).Run()), Is.EqualTo(
            """
            v0:f32 = mul capture0, capture1
            v1:f32 = mul score, v0
            return v1

            """));
    }

    [Test]
    public void FactorsOfBothSides_AreGathered()
    {
        KernelGraph graph = Graphs.Score(builder =>
        {
            int product = builder.Operation(IrOp.Multiply, builder.Score(), builder.Scalar(IrType.Float32, 1));
            return builder.Operation(IrOp.Multiply, product, product);
        });

        Assert.That(Graphs.Print(new UniformFactors(graph).Run()), Is.EqualTo(
            """
            v0:f32 = mul capture1, capture1
            v1:f32 = mul score, score
            v2:f32 = mul v1, v0
            return v2

            """));
    }

    [Test]
    public void FactorOfAProductThatIsNeededElsewhere_Stays()
    {
        KernelGraph graph = Graphs.Score(builder =>
        {
            int product = builder.Operation(IrOp.Multiply, builder.Score(), builder.Scalar(IrType.Float32, 1));
            int square = builder.Operation(IrOp.Multiply, product, product);
            return builder.Operation(IrOp.Add, square, product);
        });

        Assert.That(new UniformFactors(graph).Run(), Is.EqualTo(graph));
    }

    [Test]
    public void FactorsOfARowAndAColumn_StayApart()
    {
        KernelGraph graph = Graphs.Score(builder =>
        {
            int row = builder.Load(IrType.Float32, 0, [builder.Index(IrIndex.Query)]);
            int column = builder.Load(IrType.Float32, 0, [builder.Index(IrIndex.Key)]);
            return builder.Operation(IrOp.Multiply, builder.Operation(IrOp.Multiply, builder.Score(), row), column);
        });

        Assert.That(new UniformFactors(graph).Run(), Is.EqualTo(graph));
    }
}
